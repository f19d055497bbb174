namespace Ddpo.Audio.Schedulers;

/// <summary>
/// DDIM as a stochastic scheduler: a step is a draw from a normal distribution, whose log-density is what DDPO trains on
/// (Black and others, "Training Diffusion Models with Reinforcement Learning", 2023). Equals ddpo-pytorch's step: timestep 0
/// lies behind the last one. Belongs to the thread that owns the tensors.
/// </summary>
internal sealed class DdimTransition : IStochasticScheduler
{
    private readonly DdimFactorTable _table;

    /// <param name="schedule">The timesteps.</param>
    /// <param name="eta">The share of DDPM's noise that is added: 0 for none, 1 for all. Steps without noise (<see cref="DdimSchedule.StepsWithoutNoise"/>) have no log-prob.</param>
    /// <param name="device">Where the steps run.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="eta"/> is not from 0 to 1.</exception>
    public DdimTransition(DdimSchedule schedule, double eta, Device device)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        DdimSchedule.CheckEta(eta);
        (Schedule, Eta) = (schedule, eta);
        _table = new DdimFactorTable(
            schedule.Scheduler.Config.NumTrainTimesteps, at => schedule.TransitionCoefficients(at, eta), device);
    }

    /// <summary>The timesteps and what they are made of.</summary>
    public DdimSchedule Schedule { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> Timesteps => Schedule.Timesteps;

    /// <summary>The share of DDPM's noise that is added.</summary>
    public double Eta { get; }

    /// <inheritdoc/>
    public StochasticStep Sample(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor noise)
    {
        DdimFormula.CheckShape(noise, sample, nameof(noise));
        return Step(modelOutput, timesteps, sample, previousSample: null, noise);
    }

    /// <inheritdoc/>
    public StochasticStep Score(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor previousSample)
    {
        DdimFormula.CheckShape(previousSample, sample, nameof(previousSample));
        return Step(modelOutput, timesteps, sample, previousSample, noise: null);
    }

    /// <inheritdoc/>
    public Tensor AddNoise(Tensor original, Tensor timesteps, Tensor noise)
    {
        DdimFormula.CheckShape(noise, original, nameof(noise));
        using var scope = NewDisposeScope();
        var factors = _table.Gather(timesteps, original);
        return (factors.SqrtAlpha * DdimFormula.Single(original)).Add(factors.SqrtBeta * DdimFormula.Single(noise)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private StochasticStep Step(Tensor modelOutput, Tensor timesteps, Tensor sample, Tensor? previousSample, Tensor? noise)
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
        return new StochasticStep(
            previous, mean.MoveToOuterDisposeScope(), factors.Sigma.MoveToOuterDisposeScope(), logProb.MoveToOuterDisposeScope());
    }
}
