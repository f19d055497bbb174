using System.Diagnostics.CodeAnalysis;
using Ddpo.Audio;
using Ddpo.Audio.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts Ddpo.Audio into a container.</summary>
public static class DdpoAudioServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="IDiffusionPipelineProvider"/>, <see cref="IDdpoTrainerFactory"/> and <see cref="DdpoOptions"/>, which
    /// are validated when the host starts: all that is wrong at once, each with its key, before anything is loaded.
    /// </summary>
    /// <remarks>
    /// Models are loaded when they are first needed, on threads of their own, and never while the container resolves a service. The
    /// container disposes them, after the trainers that use them.
    /// </remarks>
    /// <param name="services">The container's services.</param>
    /// <param name="configuration">The section with the settings, such as <c>configuration.GetSection("Ddpo")</c>; none when null.</param>
    /// <returns>A builder, to add rewards, prompts and training.</returns>
    /// <exception cref="InvalidOperationException">It was called before: a container has one set of settings.</exception>
    [RequiresUnreferencedCode("Finds settings by the properties of types, which trimming removes.")]
    public static IDdpoAudioBuilder AddDdpoAudio(this IServiceCollection services, IConfiguration? configuration = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (DdpoAudioBuilder.Find(services) is not null)
        {
            throw new InvalidOperationException("AddDdpoAudio was called already; a container has one set of settings.");
        }

        var registrations = new DdpoAudioRegistrations(configuration);
        services.AddSingleton(registrations);
        services.AddOptions<DdpoOptions>().Configure(options => registrations.Bind(options, [])).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DdpoOptions>, DdpoOptionsValidator>();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<DdpoOptions>>().Value.Prompts.ToSource());
        services.AddSingleton<IDiffusionPipelineProvider>(DiffusionPipelineProvider.Of);
        services.AddSingleton<IDdpoTrainerFactory, DdpoTrainerFactory>();
        return new DdpoAudioBuilder(services, configuration);
    }
}
