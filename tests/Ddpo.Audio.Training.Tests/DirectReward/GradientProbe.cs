namespace Ddpo.Audio.Tests.Training.DirectReward;

/// <summary>Asks for the gradient of an epoch's first batch, and leaves the model as it is.</summary>
internal sealed class GradientProbe(DraftOptions options) : ITrainingAlgorithm
{
    public string Name => "probe";

    public EpochContext? Epoch { get; private set; }

    public float[]? Gradients { get; private set; }

    public async Task<EpochResult> RunEpochAsync(EpochContext epoch, CancellationToken cancellationToken)
    {
        Epoch = epoch;
        var reward = await epoch.BackpropagateRewardAsync(0, options, 1, cancellationToken);
        Gradients = await epoch.UpdateAsync(() => epoch.Parameters.Gradients.data<float>().ToArray(), cancellationToken);
        return new EpochResult(-reward.Mean, new Dictionary<string, double>());
    }
}
