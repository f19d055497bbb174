using Ddpo.Audio.Training.Sharing;

namespace Ddpo.Audio.Training.Parameters;

/// <summary>What learns, its optimizer, and both as they were before an epoch. Lives on the pipeline's thread.</summary>
internal sealed class Learner : IDisposable
{
    private readonly Snapshot _snapshot;
    private long _steps;
    private int _skippedInARow;

    private Learner(LearnedParameters parameters, PolicyOptimizer optimizer, IEnumerable<Tensor> more)
    {
        (Parameters, Optimizer) = (parameters, optimizer);
        Tensor[] average = optimizer.Average is { } ema ? [ema.Values] : [];
        _snapshot = new Snapshot([parameters.Values, optimizer.AdamW.ExpAvg, optimizer.AdamW.ExpAvgSq, .. average, .. more]);
    }

    /// <summary>What learns.</summary>
    public LearnedParameters Parameters { get; }

    /// <summary>What improves it.</summary>
    public PolicyOptimizer Optimizer { get; }

    /// <summary>All tensors that go on from one epoch to the next, those of the algorithm included.</summary>
    public IEnumerable<Tensor> Tensors => _snapshot.Live;

    /// <summary>What is heard and saved of it: its average, where there is one.</summary>
    public Tensor Result => Optimizer.Average?.Values ?? Parameters.Values;

    /// <summary>Makes the model ready to learn.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The run's.</param>
    /// <param name="updates">Updates that the run is to have.</param>
    /// <param name="adapterSeed">Decides the first values of new adapters.</param>
    /// <param name="folder">What <see cref="SaveAll"/> wrote, to go on from; <see langword="null"/> starts anew.</param>
    /// <param name="more">Tensors of the algorithm that are put back with the weights.</param>
    /// <param name="ranks">Who trains together.</param>
    /// <exception cref="CheckpointException">The files in <paramref name="folder"/> do not fit.</exception>
    /// <exception cref="InvalidOperationException">The model has another adapter.</exception>
    public static Learner Create(
        nn.Module model, DdpoOptions options, long updates, ulong adapterSeed, string? folder, Func<IPolicyParameters, IEnumerable<Tensor>> more,
        RankGroup ranks)
    {
        LearnedParameters parameters = options.Lora is { } lora
            ? LoraParameters.On(model, lora, adapterSeed, folder)
            : FullParameters.Of(model, folder);
        PolicyOptimizer? optimizer = null;
        try
        {
            if (folder is not null && WeightsFile.Exists(folder, WeightsFile.Exact))
            {
                WeightsFile.Read(folder, WeightsFile.Exact, parameters.Values);
            }

            optimizer = new PolicyOptimizer(parameters, options.Training, updates, ranks);
            if (folder is not null)
            {
                if (optimizer.Average is not null)
                {
                    WeightsFile.Read(folder, WeightsFile.Trained, parameters.Values); // what was loaded is the average, which began with it
                }

                OptimizerFile.Read(folder, optimizer.AdamW);
            }

            return new Learner(parameters, optimizer, more(parameters));
        }
        catch
        {
            optimizer?.Dispose();
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>Remembers weights and optimizer as they are, and starts counting updates anew.</summary>
    public void BeginEpoch()
    {
        Optimizer.BeginEpoch();
        _snapshot.Take();
        (_steps, _skippedInARow) = (Optimizer.AdamW.Steps, Optimizer.SkippedInARow);
    }

    /// <summary>Makes weights and optimizer what they were.</summary>
    public void PutBack()
    {
        Optimizer.ZeroGradients();
        _snapshot.PutBack();
        (Optimizer.AdamW.Steps, Optimizer.SkippedInARow) = (_steps, _skippedInARow);
    }

    /// <summary>Has the model predict with the <see cref="Result"/> until the returned object is disposed; <see langword="null"/> when it does so already.</summary>
    public IDisposable? UseResult() => Optimizer.Average is { } average ? Exchange.Of(Parameters.Values, average.Values) : null;

    /// <summary>Writes some weights in the place of the trained ones, such as the <see cref="Result"/>, and returns the file's path.</summary>
    public string Save(string directory, Tensor values)
    {
        using var exchange = ReferenceEquals(values, Parameters.Values) ? null : Exchange.Of(Parameters.Values, values);
        return Parameters.Save(directory);
    }

    /// <summary>Writes the result, what the optimizer works on where that is something else, and the optimizer's memory.</summary>
    public void SaveAll(string directory)
    {
        Save(directory, Result);
        if (!Parameters.IsSavedExactly)
        {
            WeightsFile.Write(directory, WeightsFile.Exact, Result);
        }

        if (Optimizer.Average is not null)
        {
            WeightsFile.Write(directory, WeightsFile.Trained, Parameters.Values);
        }

        OptimizerFile.Write(directory, Optimizer.AdamW);
    }

    public void Dispose()
    {
        _snapshot.Dispose();
        Optimizer.Dispose();
        Parameters.Dispose();
    }
}
