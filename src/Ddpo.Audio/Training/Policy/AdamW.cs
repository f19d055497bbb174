namespace Ddpo.Audio.Training.Policy;

/// <summary>
/// AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019), in the order of PyTorch's <c>torch.optim.AdamW</c>, so that
/// the same numbers come out. A parameter without a gradient is passed over. Lives on the thread that owns the parameters.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly TrainingOptions _options;

    /// <param name="parameters">What learns; stays the caller's.</param>
    /// <param name="options">Learning rate, betas, epsilon and decay.</param>
    public AdamW(IReadOnlyList<Parameter> parameters, TrainingOptions options)
    {
        (_parameters, _options) = (parameters, options);
        using var noGradient = no_grad();
        Moments = [.. parameters.Select(parameter => new AdamWMoments(parameter))];
    }

    /// <summary>The memory of each parameter, in their order.</summary>
    public IReadOnlyList<AdamWMoments> Moments { get; }

    /// <summary>Moves every parameter against its gradient.</summary>
    public void Step()
    {
        using var noGradient = no_grad();
        foreach (var (parameter, moments) in _parameters.Zip(Moments))
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is { } gradient)
            {
                moments.Step++;
                Update(parameter, gradient, moments);
            }
        }
    }

    /// <summary>Makes all gradients zero; their memory stays.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters)
        {
            using var gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var moments in Moments)
        {
            moments.Dispose();
        }
    }

    private void Update(Parameter parameter, Tensor gradient, AdamWMoments moments)
    {
        var (beta1, beta2) = (_options.AdamBeta1, _options.AdamBeta2);
        parameter.MultiplyInPlace(1 - (_options.LearningRate * _options.AdamWeightDecay));
        moments.ExpAvg.MultiplyInPlace(beta1).AddInPlace(gradient, 1 - beta1);
        moments.ExpAvgSq.MultiplyInPlace(beta2).AddProductInPlace(gradient, gradient, 1 - beta2);

        // Both averages start at zero, which these make up for.
        var correction1 = 1 - Math.Pow(beta1, moments.Step);
        var correction2 = 1 - Math.Pow(beta2, moments.Step);
        var denominator = moments.ExpAvgSq.sqrt().DivideInPlace(Math.Sqrt(correction2)).AddInPlace(_options.AdamEpsilon);
        parameter.AddQuotientInPlace(moments.ExpAvg, denominator, -_options.LearningRate / correction1);
    }
}

/// <summary>What AdamW remembers of one parameter. Owns its tensors, which are shaped and placed as the parameter.</summary>
internal sealed class AdamWMoments(Parameter parameter) : IDisposable
{
    /// <summary>The running average of the gradient.</summary>
    public Tensor ExpAvg { get; } = zeros_like(parameter).DetachFromDisposeScope();

    /// <summary>The running average of its square.</summary>
    public Tensor ExpAvgSq { get; } = zeros_like(parameter).DetachFromDisposeScope();

    /// <summary>Steps taken.</summary>
    public long Step { get; set; }

    public void Dispose()
    {
        ExpAvg.Dispose();
        ExpAvgSq.Dispose();
    }
}
