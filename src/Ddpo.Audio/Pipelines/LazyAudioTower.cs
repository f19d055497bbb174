using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Pipelines;

/// <summary>The audio side of a pipeline's CLAP, which only ranking needs: loaded when it is first asked for, then kept. Belongs to the pipeline's thread.</summary>
/// <param name="folder">The folder of CLAP.</param>
/// <param name="placement">Where it is to live.</param>
/// <param name="variant">Which weights come first.</param>
internal sealed class LazyAudioTower(string folder, Placement placement, string? variant) : IDisposable
{
    private ClapModel? _model;

    /// <summary>The tower, which stays this object's.</summary>
    /// <exception cref="CheckpointException">The weights are no longer there, or no longer fit their settings.</exception>
    public ClapModel Get(CancellationToken cancellationToken) =>
        _model ??= ClapModel.Load(folder, placement, ClapTowers.Audio, variant: variant, cancellationToken: cancellationToken);

    public void Dispose() => _model?.Dispose();
}
