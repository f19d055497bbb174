namespace Ddpo.Audio.Schedulers;

/// <summary>The step of diffusers' <c>DPMSolverMultistepScheduler</c>, algorithm <c>dpmsolver++</c>, in fp32.</summary>
/// <param name="schedule">The noise levels.</param>
/// <param name="prediction">What the model predicts.</param>
/// <param name="solver">Order and kind of the steps.</param>
internal sealed class DpmSolverSampler(DpmSolverSchedule schedule, PredictionType prediction, DpmSolverMultistep solver) : IGenerationSampler
{
    // With fewer steps than this, the last ones are of lower order.
    private const int FewSteps = 15;

    // The originals that the last steps predicted, newest first.
    private readonly List<Tensor> _originals = [];

    public IReadOnlyList<long> Timesteps => schedule.Timesteps;

    public bool AddsNoise => false;

    public Tensor Step(int step, Tensor modelOutput, Tensor sample, Tensor? noise)
    {
        DdimFormula.CheckShape(modelOutput, sample, nameof(modelOutput));
        using var scope = NewDisposeScope();
        if (step == 0)
        {
            Dispose();
        }

        Remember(Original(Level.Of(schedule.Sigmas[step]), DdimFormula.Single(modelOutput), sample).DetachFromDisposeScope());
        return Next(step, OrderOf(step), sample).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _originals.ForEach(original => original.Dispose());
        _originals.Clear();
    }

    private void Remember(Tensor original)
    {
        _originals.Insert(0, original);
        if (_originals.Count > solver.SolverOrder)
        {
            _originals[^1].Dispose();
            _originals.RemoveAt(_originals.Count - 1);
        }
    }

    private int OrderOf(int step)
    {
        var (steps, few) = (Timesteps.Count, Timesteps.Count < FewSteps && solver.LowerOrderFinal);
        var most = step == steps - 1 && (few || solver.EulerAtFinal || solver.FinalSigma == DpmFinalSigma.Zero) ? 1
            : step == steps - 2 && few ? 2
            : solver.SolverOrder;
        return Math.Min(most, _originals.Count);
    }

    private Tensor Original(Level at, Tensor output, Tensor sample) => prediction switch
    {
        PredictionType.Epsilon => (sample - output.Multiply(at.Sigma)).Divide(at.Alpha),
        PredictionType.VPrediction => sample.Multiply(at.Alpha) - output.Multiply(at.Sigma),
        _ => output,
    };

    /// <summary>Equations of the paper's section 4, in the reference's form: x' = σ'/σ x − α' (e⁻ʰ − 1) D₀ and the terms of higher order.</summary>
    private Tensor Next(int step, int order, Tensor sample)
    {
        var (from, to) = (Level.Of(schedule.Sigmas[step]), Level.Of(schedule.Sigmas[step + 1]));
        var h = to.Lambda - from.Lambda;
        var shrink = Math.Exp(-h) - 1; // −1 where no noise is left
        var next = sample.Multiply(to.Sigma / from.Sigma) - _originals[0].Multiply(to.Alpha * shrink);
        if (order == 1)
        {
            return next;
        }

        var before = from.Lambda - Level.Of(schedule.Sigmas[step - 1]).Lambda;
        var slope = (_originals[0] - _originals[1]).Multiply(h / before); // D₁
        if (order == 2)
        {
            return next - slope.Multiply(solver.SolverType == DpmSolverType.Midpoint ? 0.5 * to.Alpha * shrink : -to.Alpha * ((shrink / h) + 1));
        }

        var earlier = Level.Of(schedule.Sigmas[step - 1]).Lambda - Level.Of(schedule.Sigmas[step - 2]).Lambda;
        var (r0, r1) = (before / h, earlier / h);
        var bend = slope - (_originals[1] - _originals[2]).Divide(r1);
        var first = slope.Add(bend.Multiply(r0 / (r0 + r1)));
        var second = bend.Divide(r0 + r1); // D₂
        return next.Add(first.Multiply(to.Alpha * ((shrink / h) + 1))) - second.Multiply(to.Alpha * (((shrink + h) / (h * h)) - 0.5));
    }

    /// <summary>A noise level: α x + σ ε.</summary>
    /// <param name="Alpha">Of the original.</param>
    /// <param name="Sigma">Of the noise.</param>
    private readonly record struct Level(double Alpha, double Sigma)
    {
        /// <summary>Half the logarithm of the signal-to-noise ratio; infinite without noise.</summary>
        public double Lambda => Math.Log(Alpha) - Math.Log(Sigma);

        public static Level Of(float sigma)
        {
            var alpha = 1 / Math.Sqrt(((double)sigma * sigma) + 1);
            return new Level(alpha, sigma * alpha);
        }
    }
}
