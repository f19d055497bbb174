namespace Ddpo.Audio;

/// <summary>How far the download of a model is. Files that are in the cache already are not counted.</summary>
/// <param name="Model">The model's name, such as <c>cvssp/audioldm2-music</c>.</param>
/// <param name="File">The file that has just grown, such as <c>unet/config.json</c>.</param>
/// <param name="Bytes">Bytes that are there so far, over the files of this step. Fewer than before when a file has to start again.</param>
/// <param name="TotalBytes">Bytes of these files in all. A model's small first file, which says what else is needed, is a step of its own.</param>
public readonly record struct HubProgress(string Model, string File, long Bytes, long TotalBytes);
