using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Ddpo.Audio;

/// <summary>How a model that is given by its name, such as <c>cvssp/audioldm2-music</c>, is found and downloaded. Read when a model is loaded; ignored for a path that exists.</summary>
public sealed class HubOptions
{
    /// <summary>Gets or sets the branch, tag or commit; <c>main</c> by default. A commit that is in the cache is loaded without asking the hub.</summary>
    [Required]
    [RegularExpression(@"(?!.*(\.\.|//))[A-Za-z0-9][A-Za-z0-9._/-]{0,199}", ErrorMessage = "expected a branch, tag or commit, such as main.")]
    public string Revision { get; set; } = "main";

    /// <summary>
    /// Gets or sets the access token, for models that are gated or private. For code only: no configuration holds it, and nothing writes it. Default: the
    /// environment variable <c>HF_TOKEN</c>, else what <c>hf auth login</c> left in a file, else none.
    /// </summary>
    [JsonIgnore]
    public string? Token { get; set; }

    /// <summary>Gets or sets the hub's address. Default: the environment variable <c>HF_ENDPOINT</c>, else <c>https://huggingface.co</c>.</summary>
    [RegularExpression(@"https?://[^\s@?#]+", ErrorMessage = "expected an address, such as https://huggingface.co.")]
    public string? Endpoint { get; set; }

    /// <summary>
    /// Gets or sets the folder that keeps what was downloaded, in the layout of Python's huggingface_hub, which shares it. Default: the environment variable
    /// <c>HF_HUB_CACHE</c>, else <c>hub</c> in <c>HF_HOME</c>, else <c>~/.cache/huggingface/hub</c>.
    /// </summary>
    public string? CacheFolder { get; set; }

    /// <summary>Gets or sets whether to load from the cache only. Default: what the environment variable <c>HF_HUB_OFFLINE</c> says, else false.</summary>
    public bool? Offline { get; set; }

    /// <summary>
    /// Gets or sets which files of weights to prefer, such as <c>fp16</c> for <c>model.fp16.safetensors</c>, also in a folder; none by default. Parts of a model that
    /// lack them are loaded from their usual files, and a model without any is refused.
    /// </summary>
    [RegularExpression("[A-Za-z0-9_-]{1,64}", ErrorMessage = "expected a part of a file's name, such as fp16.")]
    public string? Variant { get; set; }

    /// <summary>Gets or sets who is told how far downloads are, from other threads, one report at a time; nobody by default.</summary>
    public IProgress<HubProgress>? Progress { get; set; }

    /// <summary>The wait before the first retry, which doubles from one to the next.</summary>
    internal TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(1);

    internal HubOptions Copy() => (HubOptions)MemberwiseClone();
}
