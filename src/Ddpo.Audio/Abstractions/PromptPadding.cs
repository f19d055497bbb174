namespace Ddpo.Audio;

/// <summary>How prompts of different lengths are brought into one batch.</summary>
/// <remarks>
/// T5 has as many tokens as a prompt is long, and GPT-2 counts positions over padding, too: what it makes of a prompt depends on the length
/// that the prompt is padded to. With one prompt, or prompts of equally many tokens, both are the same.
/// </remarks>
public enum PromptPadding
{
    /// <summary>Every prompt is encoded at its own length, so that its clip is the same whatever else is in the batch.</summary>
    Own,

    /// <summary>Every prompt is padded to the longest of the batch, as diffusers' <c>encode_prompt</c> does: for comparing numbers with it.</summary>
    Longest,
}
