using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Schedulers;

/// <summary>Generates by <see cref="DdimSampler"/>.</summary>
internal sealed class DdimGenerationSampler(DdimSchedule schedule, double eta, Device device) : IGenerationSampler
{
    private readonly DdimSampler _sampler = new(schedule, eta, device);

    public IReadOnlyList<long> Timesteps => schedule.Timesteps;

    public bool AddsNoise => eta > 0;

    public Tensor Step(int step, Tensor modelOutput, Tensor sample, Tensor? noise)
    {
        using var timestep = TensorFactory.Repeat(Timesteps[step], 1, device);
        var (previous, original) = _sampler.Step(modelOutput, timestep, sample, noise);
        original.Dispose();
        return previous;
    }

    public void Dispose() => _sampler.Dispose();
}
