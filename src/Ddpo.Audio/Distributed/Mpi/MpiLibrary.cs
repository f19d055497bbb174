using System.Runtime.InteropServices;
using System.Text;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Distributed.Mpi;

/// <summary>The system's MPI: the functions that are used of it, each with its return code checked. On one thread, the one that called <see cref="Init"/>.</summary>
internal sealed unsafe partial class MpiLibrary
{
    private const int MostText = 8192; // MPICH's version takes over 2,000
    private static readonly string[] s_openMpi = ["libmpi.so.40", "libmpi.so", "libmpi.dylib"], s_mpich = ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.so"];
    private static readonly string[] s_standard = ["libmpi_abi.so.1", "libmpi_abi.so.0"];

    private readonly nint _library;
    private readonly MpiConstants _constants;

    private MpiLibrary(nint library, string name, MpiFamily family)
    {
        (_library, Name, _constants) = (library, name, MpiConstants.Of(library, family));
        Bytes = _constants.Byte;
        _isend = Export("MPI_Isend");
        _irecv = Export("MPI_Irecv");
        _test = Export("MPI_Test");
    }

    /// <summary>What was loaded.</summary>
    public string Name { get; }

    /// <summary>The type of a byte.</summary>
    public nint Bytes { get; }

    /// <summary>Loads the library that goes with a launcher.</summary>
    /// <param name="launched">The job.</param>
    /// <param name="named">The library that the user wants; <see langword="null"/> looks for one.</param>
    /// <exception cref="CollectiveException">There is none; the message says what to install.</exception>
    public static MpiLibrary Load(LaunchedRank launched, string? named)
    {
        // In the process's native environment, which .NET's does not change. UCX, on which MPICH runs, would take SIGSEGV from the runtime, which makes
        // NullReferenceExceptions of it; and it would write over the code of mmap and the like, to hear of freed memory, while other threads run it.
        if (!OperatingSystem.IsWindows())
        {
            _ = SetVariable("UCX_ERROR_SIGNALS", "", 1);
            _ = SetVariable("UCX_MEM_EVENTS", "no", 0);
            _ = SetVariable("UCX_MEM_MMAP_HOOK_MODE", "none", 0);
        }

        string[] names = named is { Length: > 0 } ? [named] : [.. launched.Family == MpiFamily.OpenMpi ? s_openMpi : s_mpich, .. s_standard];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                var family = name.Contains("mpi_abi", StringComparison.Ordinal) ? MpiFamily.Standard
                    : MpiConstants.IsOpenMpi(library) ? MpiFamily.OpenMpi
                    : NativeLibrary.TryGetExport(library, "MPI_Init_thread", out _) ? MpiFamily.Mpich
                    : throw new CollectiveException($"'{name}' is no MPI library: it has no MPI_Init_thread. {Collective.LibraryVariable} names the library to use.");
                if (named is null && family != MpiFamily.Standard && family != launched.Family)
                {
                    continue; // libmpi.so may be any
                }

                return new MpiLibrary(library, name, family);
            }
        }

        var package = launched.Family == MpiFamily.OpenMpi ? "openmpi-bin and libopenmpi3 (Debian; libopenmpi3t64 on newer ones, openmpi on Fedora)" : "mpich and libmpich12 (Debian; mpich on Fedora)";
        throw new CollectiveException(
            $"This process is one of {launched.Size} that {launched.Launcher} started, but its MPI library was not found: looked for {string.Join(", ", names)}. Install "
            + $"{package} on every machine, or set {Collective.LibraryVariable} to the path of the library that goes with the launcher.");
    }

    /// <summary>Starts MPI, once a process.</summary>
    public void Init()
    {
        int provided;
        Check(((delegate* unmanaged<int*, void*, int, int*, int>)Export("MPI_Init_thread"))(null, null, _constants.Funneled, &provided), "MPI_Init_thread");
        if (provided < _constants.Funneled)
        {
            throw new CollectiveException($"{Name} gives threads at level {provided}; expected at least {_constants.Funneled} (MPI_THREAD_FUNNELED).");
        }

        var setErrors = (delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler");
        Check(setErrors(_constants.World, _constants.ErrorsReturn), "MPI_Comm_set_errhandler");
        Check(setErrors(_constants.Self, _constants.ErrorsReturn), "MPI_Comm_set_errhandler");
    }

    /// <summary>This process's number, and how many there are.</summary>
    public (int Rank, int Size) Place()
    {
        int rank, size;
        Check(((delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_rank"))(_constants.World, &rank), "MPI_Comm_rank");
        Check(((delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_size"))(_constants.World, &size), "MPI_Comm_size");
        return (rank, size);
    }

    /// <summary>The library's own words about itself; before <see cref="Init"/>, too.</summary>
    public string Version()
    {
        var text = stackalloc byte[MostText];
        int length;
        Check(((delegate* unmanaged<byte*, int*, int>)Export("MPI_Get_library_version"))(text, &length), "MPI_Get_library_version");
        return Encoding.UTF8.GetString(text, Math.Clamp(length, 0, MostText)).TrimEnd('\0').Split('\n')[0];
    }

    /// <summary>Ends MPI. May wait for the others without end.</summary>
    public void Finish() => Check(((delegate* unmanaged<int>)Export("MPI_Finalize"))(), "MPI_Finalize");

    /// <summary>Ends all processes; does not return.</summary>
    public void Abort(int code) => ((delegate* unmanaged<nint, int, int>)Export("MPI_Abort"))(_constants.World, code);

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    /// <exception cref="CollectiveException">The call failed.</exception>
    private void Check(int code, string function)
    {
        if (code == 0)
        {
            return;
        }

        var text = stackalloc byte[MostText];
        var length = 0;
        _ = ((delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string"))(code, text, &length);
        throw new CollectiveException($"{function} of {Name} failed: {Encoding.UTF8.GetString(text, Math.Clamp(length, 0, MostText)).TrimEnd('\0')} (code {code}).");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
