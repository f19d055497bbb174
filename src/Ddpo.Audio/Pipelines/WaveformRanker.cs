using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;

namespace Ddpo.Audio.Pipelines;

/// <summary>Puts the clips of each prompt in order, the one closest to it by CLAP first: diffusers' <c>score_waveforms</c>.</summary>
/// <remarks>Each prompt's clips are ranked among themselves, whatever else is in the batch.</remarks>
internal static class WaveformRanker
{
    /// <param name="components">The pipeline's CLAP model and tokenizer.</param>
    /// <param name="clips">The clips, those of one prompt together.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="perPrompt">Clips for each prompt.</param>
    public static IReadOnlyList<AudioClip> BestFirst(
        AudioLdm2Components components, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, int perPrompt)
    {
        using var scope = NewDisposeScope();
        var similarity = Similarity(components, clips, prompts, perPrompt);
        return [.. Enumerable.Range(0, prompts.Count).SelectMany(prompt => Enumerable
            .Range(prompt * perPrompt, perPrompt)
            .OrderByDescending(clip => similarity[clip]) // stable: equal ones keep their order
            .Select(clip => clips[clip]))];
    }

    private static float[] Hear(ClapFeatureExtractor extractor, AudioClip clip) => extractor.Fit(
        ResampleKernel.Get(clip.SampleRate, extractor.SampleRate, ResampleFilter.SincHann).Apply(clip.Samples.Span));

    private static float[] Similarity(
        AudioLdm2Components components, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, int perPrompt)
    {
        // The text side of the checkpoint serves every generation, the audio side only this: so its front end is made here.
        var config = ComponentFolder.ReadConfig<ClapFeatureConfig>(components.FeatureExtractorFolder, "preprocessor_config.json");
        using var extractor = new ClapFeatureExtractor(config, components.Device);
        var windows = clips.Select(clip => Hear(extractor, clip)).ToArray();
        var audio = components.TextEncoder.GetAudioFeatures(extractor.Extract(windows).to(components.UNet.Placement.Dtype));

        var tokens = components.Tokenizer.Encode([.. prompts.Select(prompt => prompt.Text)]);
        var text = components.TextEncoder.GetTextFeatures(
            tokens.Ids.ToTensor(components.Device), tokens.Mask.ToTensor(components.Device));
        return (audio * text.repeat_interleave(perPrompt, 0)).sum(1).to(ScalarType.Float32).cpu().data<float>().ToArray();
    }
}
