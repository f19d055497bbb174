using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Pipelines;

/// <summary>Puts the clips of each prompt in order, the one closest to it by CLAP first: diffusers' <c>score_waveforms</c>.</summary>
/// <remarks>Each prompt's clips are ranked among themselves, whatever else is in the batch.</remarks>
internal sealed class WaveformRanker : IDisposable
{
    private readonly AudioLdm2Components _components;
    private readonly ClapModel _audio;
    private readonly ClapFeatureExtractor _extractor;

    /// <param name="components">The pipeline's CLAP model and tokenizer.</param>
    /// <param name="cancellationToken">Stops the load of CLAP's audio side, if that is not there yet.</param>
    /// <exception cref="CheckpointException">The checkpoint's feature extractor or audio side is missing or not supported.</exception>
    public WaveformRanker(AudioLdm2Components components, CancellationToken cancellationToken)
    {
        // The text side of the checkpoint serves every generation, the audio side only this: so its front end is made here.
        var config = ClapFeatureConfig.Read(components.FeatureExtractorFolder);
        (_components, _audio) = (components, components.AudioTower.Get(cancellationToken));
        _extractor = new ClapFeatureExtractor(config, components.Device);
    }

    /// <param name="clips">The clips, those of one prompt together.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="perPrompt">Clips for each prompt.</param>
    public IReadOnlyList<AudioClip> BestFirst(IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, int perPrompt)
    {
        using var scope = NewDisposeScope();
        var similarity = Similarity(clips, prompts, perPrompt);
        return [.. Enumerable.Range(0, prompts.Count).SelectMany(prompt => Enumerable
            .Range(prompt * perPrompt, perPrompt)
            .OrderByDescending(clip => similarity[clip]) // stable: equal ones keep their order
            .Select(clip => clips[clip]))];
    }

    public void Dispose() => _extractor.Dispose();

    private float[] Hear(AudioClip clip) => _extractor.Fit(clip.ResampleTo(_extractor.SampleRate).Samples.Span);

    private float[] Similarity(IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, int perPrompt)
    {
        var windows = clips.Select(Hear).ToArray();
        var audio = _audio.GetAudioFeatures(_extractor.Extract(windows).to(_components.UNet.Placement.Dtype));

        var tokens = _components.Tokenizer.Encode([.. prompts.Select(prompt => prompt.Text)]);
        var text = _components.TextEncoder.GetTextFeatures(
            tokens.Ids.ToTensor(_components.Device), tokens.Mask.ToTensor(_components.Device));
        return (audio * text.repeat_interleave(perPrompt, 0)).sum(1).to(ScalarType.Float32).cpu().data<float>().ToArray();
    }
}
