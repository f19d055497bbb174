using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ddpo.Audio;

/// <summary>Adds rewards, prompts and training to what <c>AddDdpoAudio</c> put into a container; extension methods do the work.</summary>
/// <remarks>For use while services are registered, on one thread.</remarks>
public interface IDdpoAudioBuilder
{
    /// <summary>The container's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>The section with the settings; <see langword="null"/> when code sets everything.</summary>
    IConfiguration? Configuration { get; }
}
