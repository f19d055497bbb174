namespace Ddpo.Audio.Schedulers;

/// <summary>
/// DDIM as a stochastic policy: a step is a draw from a normal distribution, whose log-density is what DDPO trains on
/// (Black and others, "Training Diffusion Models with Reinforcement Learning", 2023). Equals ddpo-pytorch's step: timestep 0
/// lies behind the last one. Belongs to the thread that owns the tensors.
/// </summary>
internal sealed class DdimPolicy : IDisposable
{
    private readonly DdimFactorTable _table;

    /// <param name="schedule">The timesteps.</param>
    /// <param name="eta">The share of DDPM's noise that is added, above 0 and at most 1.</param>
    /// <param name="device">Where the steps run.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="eta"/> is not from 0 to 1.</exception>
    /// <exception cref="ArgumentException">A step would add no noise; see <see cref="DdimSchedule.StepsWithoutNoise"/>.</exception>
    public DdimPolicy(DdimSchedule schedule, double eta, Device device)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (schedule.StepsWithoutNoise(eta) is [var (timestep, cause), ..])
        {
            throw new ArgumentException(
                $"The step at timestep {timestep} adds no noise and so has no log-prob: {cause}. Take an eta above 0 and a schedule with noise at every step.", nameof(eta));
        }

        (Schedule, Eta) = (schedule, eta);
        _table = new DdimFactorTable(
            schedule.Scheduler.Config.NumTrainTimesteps, at => schedule.PolicyCoefficients(at, eta), device);
    }

    /// <summary>The timesteps.</summary>
    public DdimSchedule Schedule { get; }

    /// <summary>The share of DDPM's noise that is added.</summary>
    public double Eta { get; }

    /// <summary>Draws the next sample: the mean plus sigma times the given noise.</summary>
    /// <param name="modelOutput">What the model predicts, in any float type.</param>
    /// <param name="timesteps">int64 on the device: one for all samples, or one for each.</param>
    /// <param name="sample">The noisy samples, [batch, ...].</param>
    /// <param name="noise">Standard normal noise in the sample's shape.</param>
    public DdimStep Sample(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor noise)
    {
        DdimFormula.CheckShape(noise, sample, nameof(noise));
        return Step(modelOutput, timesteps, sample, previousSample: null, noise);
    }

    /// <summary>The log-prob of a sample drawn before; differentiable with respect to <paramref name="modelOutput"/>.</summary>
    /// <param name="modelOutput">What the model predicts, in any float type.</param>
    /// <param name="timesteps">int64 on the device: one for all samples, or one for each.</param>
    /// <param name="sample">The noisy samples, [batch, ...].</param>
    /// <param name="previousSample">The samples that followed; a constant: no gradient flows into it.</param>
    public DdimStep Score(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor previousSample)
    {
        DdimFormula.CheckShape(previousSample, sample, nameof(previousSample));
        return Step(modelOutput, timesteps, sample, previousSample, noise: null);
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private DdimStep Step(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor? previousSample, Tensor? noise)
    {
        DdimFormula.CheckShape(modelOutput, sample, nameof(modelOutput));
        using var scope = NewDisposeScope();
        var factors = _table.Gather(timesteps, sample);
        var (_, mean) = DdimFormula.Mean(
            Schedule.Scheduler.Config, factors, DdimFormula.Single(modelOutput), DdimFormula.Single(sample));
        var previous = previousSample
            ?? mean.Add(factors.Sigma * DdimFormula.Single(noise!)).to(sample.dtype).MoveToOuterDisposeScope();

        // From the sample as it is stored, so that scoring it later gives the same number; the mean over all but the batch.
        var distance = (DdimFormula.Single(previous).detach() - mean).Square().flatten(1).mean([1]); // [batch]
        var logProb = -(distance / factors.TwoVariance) - factors.LogNormalizer;
        return new DdimStep(
            previous, mean.MoveToOuterDisposeScope(), factors.Sigma.MoveToOuterDisposeScope(), logProb.MoveToOuterDisposeScope());
    }
}

/// <summary>One step of a policy.</summary>
/// <param name="PreviousSample">The next, less noisy samples, [batch, ...]: drawn, or those given.</param>
/// <param name="Mean">The mean of the distribution they are from, [batch, ...], fp32.</param>
/// <param name="Sigma">Its standard deviation, [batch or 1, 1, ...], fp32.</param>
/// <param name="LogProb">The log-density of the samples, averaged over their elements: [batch], fp32.</param>
internal sealed record DdimStep(Tensor PreviousSample, Tensor Mean, Tensor Sigma, Tensor LogProb);
