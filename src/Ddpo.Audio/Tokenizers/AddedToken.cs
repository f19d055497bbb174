namespace Ddpo.Audio.Tokenizers;

/// <summary>A token that is found literally in the text, before the model sees the rest.</summary>
/// <param name="Content">Its spelling.</param>
/// <param name="Id">Its id.</param>
/// <param name="TrimsLeft">It swallows white space before it.</param>
/// <param name="TrimsRight">It swallows white space after it.</param>
internal sealed record AddedToken(string Content, int Id, bool TrimsLeft = false, bool TrimsRight = false);
