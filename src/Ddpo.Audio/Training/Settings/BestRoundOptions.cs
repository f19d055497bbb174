using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>Which round of validation clips is the best, and what is made of it (<see cref="StoppingOptions.Best"/>).</summary>
/// <remarks>
/// <para>Rounds are made before the first epoch, every <see cref="ValidationOptions.EveryEpochs"/> and after the last, so that the model as it was before
/// training may be the best one. A later round has to be better than the best, not as good; one in which the criterion has no value is passed over.</para>
/// <para>The best round's weights are written as soon as it was made, to <c>best/epoch-NNNN</c> in the run's folder (epochs done), which then stands for
/// the run when its folder is named as an adapter. Every checkpoint has them, too: a run that goes on decides as one that never stopped. A criterion
/// that is new or changed when a run goes on, or other clips, begin with the round after which it goes on.</para>
/// <para>The highest of several measurements is a little too high by chance. Judge the result on prompts that neither trained nor chose.</para>
/// </remarks>
public sealed class BestRoundOptions
{
    /// <summary>
    /// The reward or metric that decides by its mean over the clips (<c>metric_for_best_model</c> in transformers), as it names itself;
    /// <see langword="null"/> (the default) takes the weighted sum of the rewards.
    /// </summary>
    [MinLength(1, ErrorMessage = "expected the name of a reward or metric, or null for the weighted sum of the rewards.")]
    public string? Criterion { get; set; }

    /// <summary>Whether less of <see cref="Criterion"/> is better; off by default (<c>greater_is_better</c> in transformers, the other way round).</summary>
    public bool LowerIsBetter { get; set; }

    /// <summary>
    /// Rounds in a row that may be no better before training ends (<c>early_stopping_patience</c>), at least 1; <see langword="null"/> (the default)
    /// for any number. It ends between two epochs: <see cref="RunEnd.Reason"/> says why, no epoch's <see cref="DdpoEpoch.StopReason"/> does.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? Patience { get; set; }

    /// <summary>
    /// Whether <see cref="IPolicyTrainer.SaveAsync"/> writes the best round's weights and not the newest; on by default. The model in memory keeps the newest.
    /// </summary>
    public bool SaveBest { get; set; } = true;
}
