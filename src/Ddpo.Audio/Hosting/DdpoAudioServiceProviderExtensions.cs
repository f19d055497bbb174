using Ddpo.Audio;
using Ddpo.Audio.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What a container with Ddpo.Audio can be asked for.</summary>
public static class DdpoAudioServiceProviderExtensions
{
    /// <summary>
    /// Gets a reward when it is loaded. Unlike the keyed service, which stands for a reward that may yet have to be loaded, it is the reward
    /// itself, with whatever else it is, such as an <see cref="IClassifierReward"/>. It stays the container's to dispose.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The reward's key.</param>
    /// <param name="cancellationToken">Stops waiting, not the loading.</param>
    /// <exception cref="InvalidOperationException">There is no reward of this name.</exception>
    public static async Task<IRewardFunction> GetRewardAsync(
        this IServiceProvider services, string name, CancellationToken cancellationToken = default)
    {
        var reward = services.GetRequiredKeyedService<IRewardFunction>(name);
        return reward is DeferredReward deferred ? await deferred.LoadAsync(cancellationToken).ConfigureAwait(false) : reward;
    }
}
