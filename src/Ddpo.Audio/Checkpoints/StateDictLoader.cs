using System.Text;

namespace Ddpo.Audio.Checkpoints;

/// <summary>Fills a model with the tensors of a checkpoint, strictly.</summary>
internal static class StateDictLoader
{
    /// <summary>Checks every key, then copies every tensor; nothing is copied when a key is wrong.</summary>
    /// <param name="module">The model; may be on any device and in any floating point type.</param>
    /// <param name="source">The checkpoint.</param>
    /// <param name="rules">How names relate; <see cref="StateDictRules.Strict"/> when not given.</param>
    /// <param name="bytes">Told after each tensor how many stored bytes were read so far; ends at their sum.</param>
    /// <param name="ct">Stops between two tensors.</param>
    /// <exception cref="CheckpointException">
    /// Keys are missing, unexpected or unfit; the message lists all of them. Or a tensor has values that are not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The load was cancelled; the model is partly filled.</exception>
    public static void Load(
        nn.Module module,
        ITensorSource source,
        StateDictRules? rules = null,
        IProgress<long>? bytes = null,
        CancellationToken ct = default)
    {
        var state = module.state_dict();
        var plan = Plan(state, source, rules ?? StateDictRules.Strict);
        long done = 0;
        foreach (var (key, names) in plan)
        {
            ct.ThrowIfCancellationRequested();
            if (!source.CopyTo(names[0].Name, state[key]))
            {
                throw NotFinite(source, names[0], state[key].dtype);
            }

            foreach (var twin in names.Skip(1))
            {
                ThrowIfDifferent(source, names[0].Name, twin.Name);
            }

            done += names.Sum(entry => entry.Bytes);
            bytes?.Report(done);
        }
    }

    /// <summary>Checks every key, shape and type, those of parts that a load leaves out, too, and reads no tensor.</summary>
    /// <exception cref="CheckpointException">Keys are missing, unexpected or unfit; the message lists all of them.</exception>
    public static void Check(nn.Module module, ITensorSource source, StateDictRules? rules = null) =>
        Plan(module.state_dict(), source, (rules ?? StateDictRules.Strict) with { IsLeftOut = static _ => false });

    private static Dictionary<string, List<TensorEntry>> Plan(
        Dictionary<string, Tensor> state, ITensorSource source, StateDictRules rules)
    {
        var plan = new Dictionary<string, List<TensorEntry>>();
        var unexpected = new List<string>();
        var unfit = new List<string>();
        foreach (var entry in source.Entries.Values)
        {
            if (rules.Rename(entry.Name) is not { } key)
            {
                continue;
            }

            if (!state.TryGetValue(key, out var target))
            {
                if (rules.IsLeftOut(key))
                {
                    continue;
                }

                unexpected.Add(key == entry.Name ? key : $"{entry.Name} (as {key})");
            }
            else if (!entry.Shape.SequenceEqual(target.shape))
            {
                unfit.Add($"{entry.Name}: expected [{string.Join(", ", target.shape)}], found [{string.Join(", ", entry.Shape)}]");
            }
            else if (!Dtypes.Converts(entry.Dtype, target.dtype))
            {
                unfit.Add($"{entry.Name}: expected {target.dtype}, found {entry.Dtype}");
            }

            (plan.TryGetValue(key, out var names) ? names : plan[key] = []).Add(entry);
        }

        var missing = state.Keys.Where(key => !plan.ContainsKey(key) && !rules.MayBeMissing(key))
            .Select(key => source.Unread.TryGetValue(key, out var kind) ? $"{key} (there as {kind}, which is not read)" : key)
            .ToList();
        if (missing.Count + unexpected.Count + unfit.Count > 0)
        {
            throw new CheckpointException(Describe(source.Location, missing, unexpected, unfit));
        }

        return plan;
    }

    private static string Describe(string location, List<string> missing, List<string> unexpected, List<string> unfit)
    {
        var message = new StringBuilder($"The tensors in '{location}' do not fit the model.");
        foreach (var (title, keys) in new[] { ("Missing", missing), ("Unexpected", unexpected), ("Of another shape or type", unfit) })
        {
            if (keys.Count > 0)
            {
                message.AppendLine().Append(title).Append(" (").Append(keys.Count).Append("): ").AppendJoin("; ", keys);
            }
        }

        return message.AppendLine().Append("Check that the file and its config.json belong together.").ToString();
    }

    private static CheckpointException NotFinite(ITensorSource source, TensorEntry entry, ScalarType loaded)
    {
        var cause = loaded == entry.Dtype ? "" : $", or too large for {loaded}";
        return new(
            $"'{entry.Name}' in '{source.Location}' has values that are not finite (NaN or infinite{cause}), so nothing can be computed with it. "
            + "Download or copy the file again, or take weights from before its training failed.");
    }

    private static void ThrowIfDifferent(ITensorSource source, string first, string second)
    {
        using var scope = NewDisposeScope();
        var (one, other) = (source.Read(first), source.Read(second));
        if (one.dtype != other.dtype || !one.bytes.SequenceEqual(other.bytes))
        {
            throw new CheckpointException($"'{first}' and '{second}' in '{source.Location}' stand for the same weights but differ.");
        }
    }
}
