namespace Ddpo.Audio.Training.Parameters;

/// <summary>
/// AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019), in the order of PyTorch's <c>torch.optim.AdamW</c>, so that
/// the same numbers come out. Lives on the thread that owns the parameters.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private readonly IPolicyParameters _parameters;
    private readonly TrainingOptions _options;

    /// <param name="parameters">What learns; stays the caller's. What no gradient has reached has one of 0.</param>
    /// <param name="options">First learning rate, betas, epsilon and decay.</param>
    public AdamW(IPolicyParameters parameters, TrainingOptions options)
    {
        (_parameters, _options, LearningRate) = (parameters, options, options.LearningRate);
        using var noGradient = no_grad();
        ExpAvg = zeros_like(parameters.Values).DetachFromDisposeScope();
        ExpAvgSq = zeros_like(parameters.Values).DetachFromDisposeScope();
    }

    /// <summary>The running average of the gradient, [n].</summary>
    public Tensor ExpAvg { get; }

    /// <summary>The running average of its square, [n].</summary>
    public Tensor ExpAvgSq { get; }

    /// <summary>Of the next step.</summary>
    public double LearningRate { get; set; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>Moves every weight against its gradient.</summary>
    public void Step()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (beta1, beta2) = (_options.AdamBeta1, _options.AdamBeta2);
        var (weights, gradient) = (_parameters.Values, _parameters.Gradients);
        Steps++;
        weights.MultiplyInPlace(1 - (LearningRate * _options.AdamWeightDecay));
        ExpAvg.MultiplyInPlace(beta1).AddInPlace(gradient, 1 - beta1);
        ExpAvgSq.MultiplyInPlace(beta2).AddProductInPlace(gradient, gradient, 1 - beta2);

        // Both averages start at zero, which these make up for.
        var correction1 = 1 - Math.Pow(beta1, Steps);
        var correction2 = 1 - Math.Pow(beta2, Steps);
        var denominator = ExpAvgSq.sqrt().DivideInPlace(Math.Sqrt(correction2)).AddInPlace(_options.AdamEpsilon);
        weights.AddQuotientInPlace(ExpAvg, denominator, -LearningRate / correction1);
    }

    public void Dispose()
    {
        ExpAvg.Dispose();
        ExpAvgSq.Dispose();
    }
}
