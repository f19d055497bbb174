namespace Ddpo.Audio.Schedulers;

/// <summary>The step of diffusers' <c>DDIMScheduler</c>, for generation. Belongs to the thread that owns the tensors.</summary>
internal sealed class DdimSampler : IDisposable
{
    private readonly DdimFactorTable _table;

    /// <param name="schedule">The timesteps.</param>
    /// <param name="eta">The share of DDPM's noise that is added: 0 for none, 1 for all.</param>
    /// <param name="device">Where the steps run.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="eta"/> is not from 0 to 1.</exception>
    public DdimSampler(DdimSchedule schedule, double eta, Device device)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        DdimSchedule.CheckEta(eta);
        (Schedule, Eta) = (schedule, eta);
        _table = new DdimFactorTable(
            schedule.Scheduler.Config.NumTrainTimesteps, timestep => schedule.SamplerCoefficients(timestep, eta), device);
    }

    /// <summary>The timesteps.</summary>
    public DdimSchedule Schedule { get; }

    /// <summary>The share of DDPM's noise that is added.</summary>
    public double Eta { get; }

    /// <summary>One step of denoising.</summary>
    /// <param name="modelOutput">What the model predicts, in any float type.</param>
    /// <param name="timesteps">int64 on the device: one for all samples, or one for each.</param>
    /// <param name="sample">The noisy samples, [batch, ...].</param>
    /// <param name="noise">Standard normal noise in the sample's shape; not needed, and not used, when eta is 0.</param>
    /// <returns>The next samples in the type of <paramref name="sample"/>, and the original ones as predicted (fp32).</returns>
    public (Tensor PreviousSample, Tensor PredictedOriginal) Step(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor? noise = null)
    {
        DdimFormula.CheckShape(modelOutput, sample, nameof(modelOutput));
        if (Eta > 0)
        {
            DdimFormula.CheckShape(noise!, sample, nameof(noise));
        }

        using var scope = NewDisposeScope();
        var factors = _table.Gather(timesteps, sample);
        var (original, previous) = DdimFormula.Mean(
            Schedule.Scheduler.Config, factors, DdimFormula.Single(modelOutput), DdimFormula.Single(sample));
        if (Eta > 0)
        {
            previous = previous.Add(factors.Sigma * DdimFormula.Single(noise!));
        }

        return (previous.to(sample.dtype).MoveToOuterDisposeScope(), original.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();
}
