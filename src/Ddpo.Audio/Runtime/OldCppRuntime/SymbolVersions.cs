using Ddpo.Audio.Runtime.LibTorch;

namespace Ddpo.Audio.Runtime.OldCppRuntime;

/// <summary>A version of another library that a library asks for.</summary>
/// <param name="Name">Such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Number">By which the symbols of the library that asks refer to it.</param>
/// <param name="IsWeak">Whether the loader accepts that it is missing.</param>
/// <param name="FlagsOffset">Where in the file that is said.</param>
internal sealed record NeededVersion(string Name, int Number, bool IsWeak, ulong FlagsOffset);

/// <summary>The versions that a library defines and needs: the tables by which the loader refuses one that is too new for another.</summary>
internal static class SymbolVersions
{
    /// <summary>The flag of a need that may be missing, VER_FLG_WEAK.</summary>
    public const ushort Weak = 2;

    // A library has some dozens; more is damage.
    private const int MaxCount = 512;

    private const ulong
        Definitions = 0x6ffffffc, DefinitionCount = 0x6ffffffd, Needs = 0x6ffffffe, NeedCount = 0x6fffffff, // DT_VERDEF to DT_VERNEEDNUM
        Numbers = 0x6ffffff0, // DT_VERSYM: a number for each symbol
        Relocations = 7, RelocationBytes = 8, CallRelocations = 23, CallRelocationBytes = 2, // DT_RELA, DT_RELASZ, DT_JMPREL, DT_PLTRELSZ
        ShortRelocations = 17, CallRelocationKind = 20; // DT_REL; DT_PLTREL

    private const int RelocationSize = 24, NumberMask = 0x7fff; // of Elf64_Rela; without the bit of hidden versions

    /// <summary>The names of the versions that a library has for others.</summary>
    /// <exception cref="BadImageFormatException">It is damaged.</exception>
    public static HashSet<string> DefinedBy(ElfImage library)
    {
        // Elf64_Verdef, each with the Elf64_Verdaux of its name: 12 is where, and 16 how far it is to the next.
        var names = new HashSet<string>();
        foreach (var at in Table(library, Definitions, DefinitionCount, size: 20, next: 16))
        {
            names.Add(library.Name(library.U32(at + library.U32(at + 12))));
        }

        return names;
    }

    /// <summary>The versions that a library asks of another one, which it knows by the name <paramref name="other"/>.</summary>
    /// <inheritdoc cref="DefinedBy"/>
    public static IReadOnlyList<NeededVersion> NeededBy(ElfImage library, string other)
    {
        // Elf64_Verneed, one for each library, each with a chain of Elf64_Vernaux.
        var needs = new List<NeededVersion>();
        foreach (var at in Table(library, Needs, NeedCount, size: 16, next: 12))
        {
            if (library.Name(library.U32(at + 4)) != other)
            {
                continue;
            }

            foreach (var need in Chain(library, at + library.U32(at + 8), library.U16(at + 2), size: 16, next: 12))
            {
                if (needs.Count == MaxCount)
                {
                    throw library.Damaged("needs too many versions");
                }

                needs.Add(new(
                    library.Name(library.U32(need + 8)), library.U16(need + 6), (library.U16(need + 4) & Weak) != 0, need + 4));
            }
        }

        return needs;
    }

    /// <summary>The numbers of the versions whose symbols a library refers to, in calls or data.</summary>
    /// <inheritdoc cref="DefinedBy"/>
    public static HashSet<int> UsedBy(ElfImage library)
    {
        var used = new HashSet<int>();
        if (library.Entry(ShortRelocations) is not null || library.Entry(CallRelocationKind) is not (null or Relocations))
        {
            throw library.Damaged("has relocations of an unknown kind");
        }

        foreach (var (table, size) in new[] { (Relocations, RelocationBytes), (CallRelocations, CallRelocationBytes) })
        {
            if (library.Entry(table) is not { } address)
            {
                continue;
            }

            var bytes = library.Entry(size) ?? 0;
            var start = library.OffsetOf(address, bytes);
            for (var at = start; at + RelocationSize <= start + bytes; at += RelocationSize)
            {
                if (library.U64(at + 8) >> 32 is not 0 and var symbol) // 0: it refers to no symbol
                {
                    var numbers = library.Entry(Numbers) ?? throw library.Damaged("has no versions of its symbols");
                    used.Add(library.U16(library.OffsetOf(numbers + (2 * symbol), 2)) & NumberMask);
                }
            }
        }

        return used;
    }

    private static IEnumerable<ulong> Table(ElfImage library, ulong table, ulong count, uint size, uint next) =>
        library.Entry(table) is { } address
            ? Chain(library, library.OffsetOf(address, size), library.Entry(count) ?? 0, size, next)
            : [];

    // Entries, each of which says how far it is to the next; the last says 0.
    private static IEnumerable<ulong> Chain(ElfImage library, ulong at, ulong count, uint size, uint next)
    {
        if (count > MaxCount)
        {
            throw library.Damaged("has too many versions");
        }

        for (ulong i = 0; i < count; i++)
        {
            yield return at;
            var distance = library.U32(at + next);
            if (distance < size && (distance != 0 || i + 1 < count))
            {
                throw library.Damaged("has versions that lie in each other");
            }

            at += distance;
        }
    }
}
