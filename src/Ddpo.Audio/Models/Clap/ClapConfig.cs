namespace Ddpo.Audio.Models.Clap;

/// <summary>A ClapModel's config.json. Files hold only what differs from these defaults.</summary>
internal sealed record ClapConfig
{
    public ClapTextConfig TextConfig { get; init; } = new();

    public ClapAudioConfig AudioConfig { get; init; } = new();

    public int ProjectionDim { get; init; } = 512;

    public string ProjectionHiddenAct { get; init; } = "relu";
}
