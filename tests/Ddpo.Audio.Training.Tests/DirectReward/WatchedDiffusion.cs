namespace Ddpo.Audio.Tests.Training.DirectReward;

/// <summary>A model that tells of every prediction before it is made.</summary>
internal sealed class WatchedDiffusion(ITrainableDiffusion diffusion) : ITrainableDiffusion
{
    public Action? Predicting { get; set; }

    public Device Device => diffusion.Device;

    public Precision Precision => diffusion.Precision;

    public nn.Module Model => diffusion.Model;

    public IReadOnlyList<float> AlphasCumprod => diffusion.AlphasCumprod;

    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) => diffusion.RunAsync(work, cancellationToken);

    public string IdentifyWeights() => diffusion.IdentifyWeights();

    public IReadOnlyList<long> LatentShape(TimeSpan duration) => diffusion.LatentShape(duration);

    public IReadOnlyList<string> CheckSchedule(int numInferenceSteps, double eta) => diffusion.CheckSchedule(numInferenceSteps, eta);

    public IStochasticScheduler CreateScheduler(int numInferenceSteps, double eta) => diffusion.CreateScheduler(numInferenceSteps, eta);

    public IEncodedPrompts EncodePrompts(IReadOnlyList<Prompt> prompts, string negativePrompt, bool guided) =>
        diffusion.EncodePrompts(prompts, negativePrompt, guided);

    public Tensor PredictNoise(Tensor latents, Tensor timesteps, IConditioning conditioning, double guidanceScale)
    {
        Predicting?.Invoke();
        return diffusion.PredictNoise(latents, timesteps, conditioning, guidanceScale);
    }

    public Tensor DecodeLatents(Tensor latents, TimeSpan duration) => diffusion.DecodeLatents(latents, duration);
}
