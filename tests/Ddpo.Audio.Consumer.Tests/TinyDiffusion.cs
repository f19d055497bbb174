#pragma warning disable DDPO0001 // Own pipelines are experimental.
namespace Ddpo.Audio.Consumer.Tests;

/// <summary>A pipeline of two linear layers that makes clips of eight samples, and can be trained.</summary>
internal sealed class TinyDiffusion : IDiffusionPipeline, ITrainableDiffusion
{
    public const int Size = 8;

    private const int TextSize = 4, Steps = 10;

    private readonly TorchWorker _worker;
    private readonly TorchSharp.Modules.Sequential _model;

    private TinyDiffusion(TorchWorker worker, TorchSharp.Modules.Sequential model) => (_worker, _model) = (worker, model);

    public int SampleRate => 80;

    public Device Device => CPU;

    public Precision Precision => Precision.Float32;

    public nn.Module Model => _model;

    public static async Task<TinyDiffusion> CreateAsync()
    {
        var worker = new TorchWorker(nameof(TinyDiffusion));
        var model = await worker.RunAsync(() =>
        {
            using var generator = new Generator(7);
            var layers = nn.Sequential(nn.Linear(Size + TextSize + 1, 16), nn.Tanh(), nn.Linear(16, Size));
            foreach (var parameter in layers.parameters())
            {
                parameter.copy_(randn(parameter.shape, generator: generator) / tensor(4f));
            }

            return layers;
        });
        return new TinyDiffusion(worker, model);
    }

    // ---- What every pipeline does ------------------------------------------------------------------------------------------

    public Task<IReadOnlyList<AudioClip>> GenerateAsync(
        AudioRequest request, IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default) => RunAsync(
        () =>
        {
            using var generator = new Generator(request.Seed ?? 0);
            using var scheduler = CreateScheduler(request.NumInferenceSteps, 1);
            using var encoded = EncodePrompts(request.Prompts, "", guided: false);
            var conditioning = encoded.Condition(0, request.Prompts.Count, guided: false);
            var latents = randn(request.Prompts.Count, Size, generator: generator);
            foreach (var timestep in scheduler.Timesteps)
            {
                var timesteps = full([request.Prompts.Count], timestep, ScalarType.Int64);
                latents = scheduler.Sample(PredictNoise(latents, timesteps, conditioning, 1), timesteps, latents, zeros_like(latents)).PreviousSample;
            }

            return (IReadOnlyList<AudioClip>)[.. latents.unbind().Select(row => new AudioClip(row.data<float>().ToArray(), SampleRate))];
        },
        cancellationToken);

    public Task<IAsyncDisposable> ApplyLoraAsync(string path, double scale = 1, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This pipeline has no layers for adapters.");

    public ValueTask DisposeAsync() => _worker.DisposeAsync(_model.Dispose);

    // ---- What training needs -----------------------------------------------------------------------------------------------

    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) => _worker.RunAsync(work, cancellationToken);

    public string IdentifyWeights() => "tiny";

    public IReadOnlyList<long> LatentShape(TimeSpan duration) => [Size];

    public IReadOnlyList<string> CheckSchedule(int numInferenceSteps, double eta) =>
        numInferenceSteps > Steps ? [$"NumInferenceSteps is {numInferenceSteps}; expected at most {Steps}."] : [];

    public IStochasticScheduler CreateScheduler(int numInferenceSteps, double eta) => new RandomWalk(numInferenceSteps, eta);

    public IEncodedPrompts EncodePrompts(IReadOnlyList<Prompt> prompts, string negativePrompt, bool guided)
    {
        var vectors = prompts.SelectMany(prompt => Enumerable.Range(0, TextSize).Select(i => i < prompt.Text.Length ? prompt.Text[i] % 8 / 8f : 0)).ToArray();
        return new Encoded(tensor(vectors).view(prompts.Count, TextSize).DetachFromDisposeScope());
    }

    public Tensor PredictNoise(Tensor latents, Tensor timesteps, IConditioning conditioning, double guidanceScale) =>
        _model.call(cat([latents, ((Rows)conditioning).Vectors, timesteps.to(ScalarType.Float32).unsqueeze(1) / tensor((float)Steps)], 1));

    public Tensor DecodeLatents(Tensor latents, TimeSpan duration) => latents;

    private sealed class Encoded(Tensor vectors) : IEncodedPrompts
    {
        public IConditioning Condition(long start, long count, bool guided, int times = 1) => new Rows(vectors.narrow(0, start, count).repeat(times, 1));

        public void Dispose() => vectors.Dispose();
    }

    private sealed record Rows(Tensor Vectors) : IConditioning;

    /// <summary>x − 0.4 m + 0.3 eta z: a step of a random walk that the model m leads.</summary>
    private sealed class RandomWalk(int steps, double eta) : IStochasticScheduler
    {
        public IReadOnlyList<long> Timesteps { get; } = [.. Enumerable.Range(0, steps).Select(i => (long)(steps - 1 - i))];

        public StochasticStep Sample(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor noise) =>
            Step(modelOutput, sample, mean => mean + (noise * tensor(Sigma)));

        public StochasticStep Score(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor previousSample) =>
            Step(modelOutput, sample, _ => previousSample);

        public void Dispose()
        {
        }

        private float Sigma => 0.3f * (float)eta;

        private StochasticStep Step(Tensor output, Tensor sample, Func<Tensor, Tensor> next)
        {
            var mean = sample - (output * tensor(0.4f));
            var previous = next(mean);
            var distance = (previous.detach() - mean).square().mean([1]);
            return new StochasticStep(previous, mean, tensor(Sigma), -distance / tensor(2 * Sigma * Sigma));
        }
    }
}
