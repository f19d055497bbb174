using System.Security.Cryptography;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Schedulers;

namespace Ddpo.Audio.Pipelines;

/// <summary>What training needs of an AudioLDM2 pipeline.</summary>
internal sealed class AudioLdm2Diffusion(AudioLdm2Pipeline pipeline) : ITrainableDiffusion
{
    public Device Device => pipeline.Device;

    public Precision Precision => pipeline.Precision;

    public Precision DecodingPrecision => pipeline.DecodingPrecision;

    public nn.Module Model => pipeline.UNet;

    public IReadOnlyList<float> AlphasCumprod =>
        pipeline.Scheduler.Config.PredictionType == PredictionType.Epsilon ? pipeline.Scheduler.AlphasCumprod : [];

    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => pipeline.Worker.RunAsync(work, cancellationToken);

    /// <summary>Hashes the first and the last of the weights in memory: no two models share them, and few bytes are read.</summary>
    public string IdentifyWeights()
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var state = pipeline.UNet.state_dict();
        foreach (var key in new[] { "conv_in.weight", "conv_out.weight" })
        {
            hash.AppendData(state[key].detach().cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public IReadOnlyList<long> LatentShape(TimeSpan duration) => pipeline.Geometry(duration).LatentShape;

    public IReadOnlyList<string> CheckSchedule(int numInferenceSteps, double eta)
    {
        try
        {
            return
            [
                .. pipeline.Scheduler.SetTimesteps(numInferenceSteps).StepsWithoutNoise(eta)
                    .Where(_ => eta > 0)
                    .Select(step => $"The step at timestep {step.Timestep} adds no noise, so it has no log-prob: {step.Cause}."),
            ];
        }
        catch (ArgumentException exception)
        {
            return [$"NumInferenceSteps is {numInferenceSteps}: {exception.Message}"];
        }
    }

    public IReadOnlyList<string> CheckBatch(TimeSpan duration, int clips) =>
        pipeline.MemoryProblemOf(pipeline.Geometry(duration), clips, duration) is { } problem ? [problem] : [];

    public IStochasticScheduler CreateScheduler(int numInferenceSteps, double eta) =>
        new DdimTransition(pipeline.Scheduler.SetTimesteps(numInferenceSteps), eta, pipeline.Device);

    public IEncodedPrompts EncodePrompts(IReadOnlyList<Prompt> prompts, string negativePrompt, bool guided) =>
        new EncodedPrompts(pipeline.Denoiser, pipeline.EncodePrompts(prompts, negativePrompt, guided).Detached());

    public Tensor PredictNoise(Tensor latents, Tensor timesteps, IConditioning conditioning, double guidanceScale) =>
        pipeline.Denoiser.Predict(latents, timesteps, (TextConditioning)conditioning, guidanceScale);

    public bool HasGradientCheckpointing => true;

    public IDisposable UseGradientCheckpointing() => new GradientCheckpointing(pipeline.UNet);

    public Tensor DecodeLatents(Tensor latents, TimeSpan duration) => pipeline.DecodeLatents(latents, pipeline.Geometry(duration));

    private sealed class GradientCheckpointing : IDisposable
    {
        private readonly AudioLdm2UNet2DConditionModel _unet;

        public GradientCheckpointing(AudioLdm2UNet2DConditionModel unet) => (_unet = unet).GradientCheckpointing = true;

        public void Dispose() => _unet.GradientCheckpointing = false;
    }
}

/// <summary>The embeddings of a batch, kept for training.</summary>
internal sealed class EncodedPrompts(Denoiser denoiser, PromptEmbeddings embeddings) : IEncodedPrompts
{
    public IConditioning Condition(long start, long count, bool guided, int times = 1) => Prepare(start, count, guided, times);

    public IConditioning ConditionForSampling(long start, long count, bool guided, DisposeScope scope) => Prepare(start, count, guided, times: 1).ProjectedOnce(scope);

    public void Dispose() => embeddings.Dispose();

    private TextConditioning Prepare(long start, long count, bool guided, int times)
    {
        var rows = embeddings.Rows(start, count).Tile(times);
        return denoiser.Prepare(guided ? rows.ForUNet() : rows.Positive);
    }
}
