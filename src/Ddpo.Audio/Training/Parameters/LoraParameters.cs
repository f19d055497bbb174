using Ddpo.Audio.Adapters;

namespace Ddpo.Audio.Training.Parameters;

/// <summary>Learns LoRA adapters beside the frozen model.</summary>
/// <param name="adapter">On the model until this is disposed.</param>
internal sealed class LoraParameters(LoraAdapter adapter) : LearnedParameters([.. adapter.NamedParameters])
{
    /// <summary>Puts adapters on a model, new or as they were saved.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How new ones are made.</param>
    /// <param name="seed">Decides the first values of new ones.</param>
    /// <param name="folder">What <see cref="Save"/> wrote, to go on from; <see langword="null"/> starts anew.</param>
    public static LoraParameters On(nn.Module model, LoraOptions options, ulong seed, string? folder)
    {
        if (folder is null && options.InitialWeights is { } path)
        {
            using var initial = LoraFile.Read(path);
            initial.RequireMadeFor(model, options);
            return new LoraParameters(LoraAdapter.Attach(model, initial.WithAlpha(options.Alpha ?? options.Rank)));
        }

        if (folder is null)
        {
            return new LoraParameters(LoraAdapter.Create(model, options, seed));
        }

        using var weights = LoraFile.Read(folder);
        return new LoraParameters(LoraAdapter.Attach(model, weights.WithAlpha(options.Alpha ?? options.Rank)));
    }

    public override bool IsSavedExactly => adapter.Pairs.All(pair => pair.IsPlain);

    public override string FileName => LoraFile.FileName;

    public override IDisposable UseReference()
    {
        adapter.IsEnabled = false;
        return new Enabling(adapter);
    }

    public override string Save(string directory)
    {
        Directory.CreateDirectory(directory);
        return LoraFile.Write(directory, adapter);
    }

    public override void Dispose()
    {
        base.Dispose();
        adapter.Dispose();
    }

    private sealed class Enabling(LoraAdapter adapter) : IDisposable
    {
        public void Dispose() => adapter.IsEnabled = true;
    }
}
