namespace Ddpo.Audio.Benchmarks.Speed;

/// <summary>Weights without meaning: how long a model takes does not depend on them, as long as they are ordinary numbers.</summary>
internal static class MadeUpWeights
{
    // So small that sums over thousands of channels neither vanish nor overflow.
    private const double Scale = 0.02;

    /// <summary>Fills a model.</summary>
    public static T In<T>(T model)
        where T : nn.Module
    {
        using var noGradient = no_grad();
        foreach (var (_, weights) in model.state_dict())
        {
            using var scope = NewDisposeScope();
            weights.copy_(randn(weights.shape, device: weights.device).Multiply(Scale));
        }

        return model;
    }
}
