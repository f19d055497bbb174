namespace Ddpo.Audio.Reports;

/// <summary>The validation clips after some epochs.</summary>
/// <param name="Epochs">Epochs done when they were made; 0 before the first.</param>
/// <param name="Folder">Where they are.</param>
/// <param name="Entries">What they are, in order.</param>
internal sealed record ValidationRound(int Epochs, string Folder, IReadOnlyList<SampleEntry> Entries);
