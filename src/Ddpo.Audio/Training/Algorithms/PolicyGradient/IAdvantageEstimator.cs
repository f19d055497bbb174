using System.Text.Json.Nodes;

namespace Ddpo.Audio;

/// <summary>Turns rewards into advantages: how much better than expected each sample was.</summary>
/// <remarks>One training loop calls at a time. What is remembered from one epoch to the next must be in <see cref="SaveState"/>.</remarks>
public interface IAdvantageEstimator
{
    /// <summary>Estimates the advantages of an epoch's samples.</summary>
    /// <param name="rewards">Of each sample; all are finite, for those on which a reward failed are left out.</param>
    /// <param name="prompts">Of each sample.</param>
    /// <returns>A finite number for each; 0 where there is nothing to learn from a sample.</returns>
    IReadOnlyList<float> Estimate(IReadOnlyList<float> rewards, IReadOnlyList<Prompt> prompts);

    /// <summary>Gets what the last estimate measured, by name (<c>snake_case</c>), for <see cref="DdpoEpoch.Measurements"/>; nothing by default.</summary>
    IReadOnlyDictionary<string, double> Measurements => new Dictionary<string, double>();

    /// <summary>Gets what is remembered, as JSON; <see langword="null"/>, the default, when that is nothing.</summary>
    JsonNode? SaveState() => null;

    /// <summary>Makes the estimator remember what <see cref="SaveState"/> gave.</summary>
    void RestoreState(JsonNode? state)
    {
    }
}
