using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

/// <summary>The fixtures' small random AudioLDM2.</summary>
internal static class TinyPipeline
{
    public static string Folder => Fixtures.Path("tiny-audioldm2");

    public static Task<AudioLdm2Pipeline> LoadAsync(AudioLdm2PipelineOptions? options = null) =>
        AudioLdm2Pipeline.FromPretrainedAsync(Folder, options);
}
