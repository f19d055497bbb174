using Ddpo.Audio.Adapters;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Policy;

/// <summary>Everything of a training that is made of tensors: the policy, its actions, its optimizer. Lives on the pipeline's thread.</summary>
internal sealed class PolicyLearner : IDisposable
{
    private readonly ITrainablePolicy _policy;
    private readonly LearnerSnapshot _snapshot;

    private PolicyLearner(ITrainablePolicy policy, DdimPolicy actions, PolicyUpdater updater)
    {
        (_policy, Actions, Updater) = (policy, actions, updater);
        _snapshot = new LearnerSnapshot(policy.NamedParameters.Select(named => named.Parameter), updater);
    }

    /// <summary>The distribution that denoising steps are drawn from.</summary>
    public DdimPolicy Actions { get; }

    /// <summary>What improves it.</summary>
    public PolicyUpdater Updater { get; }

    /// <summary>Puts the trained part on the model.</summary>
    /// <param name="settings">The run's.</param>
    /// <param name="adapterSeed">Decides the first values of new adapters.</param>
    /// <param name="folder">What <see cref="SaveAll"/> wrote, to go on from; <see langword="null"/> starts anew.</param>
    /// <exception cref="CheckpointException">The files in <paramref name="folder"/> do not fit.</exception>
    /// <exception cref="InvalidOperationException">The model has another adapter.</exception>
    public static PolicyLearner Create(DdpoSettings settings, ulong adapterSeed, string? folder)
    {
        var pipeline = settings.Pipeline;
        var (training, sampling) = (settings.Training, settings.Sampling);
        ITrainablePolicy policy = settings.Lora is { } lora
            ? new LoraPolicy(folder is null ? LoraAdapter.Create(pipeline.UNet, lora, adapterSeed) : Attach(pipeline, folder))
            : new FullPolicy(pipeline.UNet, folder);
        DdimPolicy? actions = null;
        PolicyUpdater? updater = null;
        try
        {
            actions = new DdimPolicy(pipeline.Scheduler.SetTimesteps(sampling.NumInferenceSteps), sampling.Eta, pipeline.Device);
            updater = new PolicyUpdater(
                pipeline.Denoiser, actions, [.. policy.NamedParameters.Select(named => named.Parameter)], sampling.GuidanceScale, training, settings.Ddpo);
            if (folder is not null)
            {
                OptimizerFile.Read(folder, policy, updater);
            }

            return new PolicyLearner(policy, actions, updater);
        }
        catch
        {
            updater?.Dispose();
            actions?.Dispose();
            policy.Dispose();
            throw;
        }
    }

    /// <summary>Does the work, or leaves weights and optimizer as they were before it.</summary>
    public T AllOrNothing<T>(Func<T> work)
    {
        _snapshot.Take();
        try
        {
            return work();
        }
        catch
        {
            _snapshot.PutBack();
            throw;
        }
    }

    /// <summary>Writes the trained weights, and returns their file.</summary>
    public string Save(string directory) => _policy.Save(directory);

    /// <summary>Writes the trained weights and the optimizer's memory.</summary>
    public void SaveAll(string directory)
    {
        _policy.Save(directory);
        OptimizerFile.Write(directory, _policy, Updater);
    }

    public void Dispose()
    {
        _snapshot.Dispose();
        Updater.Dispose();
        Actions.Dispose();
        _policy.Dispose();
    }

    private static LoraAdapter Attach(AudioLdm2Pipeline pipeline, string folder)
    {
        using var weights = LoraFile.Read(folder);
        return LoraAdapter.Attach(pipeline.UNet, weights);
    }
}
