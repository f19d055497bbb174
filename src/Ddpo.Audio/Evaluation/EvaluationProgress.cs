namespace Ddpo.Audio;

/// <summary>How far an evaluation is.</summary>
/// <param name="Done">Clips done, scored or not.</param>
/// <param name="Total">Clips in all.</param>
/// <param name="Failed">Clips of those done that lack a score.</param>
/// <param name="Means">Each reward's mean over the clips that it scored so far, by name; <see cref="double.NaN"/> while there are none.</param>
public sealed record EvaluationProgress(int Done, int Total, int Failed, IReadOnlyDictionary<string, double> Means);
