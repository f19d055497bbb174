namespace Ddpo.Audio.Rewards.Composition;

/// <summary>Remembers the results of calls, and calls only for what it does not remember.</summary>
internal sealed class CachedCalls(int capacity) : IRewardCalls
{
    private readonly LruCache<(Type Result, ContentKey Content), object> _cache = new(capacity);

    public async Task<IReadOnlyList<T>> CallAsync<T>(
        string name, RewardCall<T> call, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
        where T : notnull
    {
        var keys = clips.Zip(prompts, ContentKey.Of).ToList();
        var known = new Dictionary<ContentKey, T>();
        var unknown = new List<int>();
        foreach (var (i, key) in keys.Index())
        {
            if (known.ContainsKey(key))
            {
                continue;
            }

            if (_cache.TryGet((typeof(T), key), out var cached))
            {
                known.Add(key, (T)cached);
            }
            else
            {
                known.Add(key, default!); // a clip that is twice in a batch is asked for once
                unknown.Add(i);
            }
        }

        if (unknown.Count > 0)
        {
            var results = await call(
                [.. unknown.Select(i => clips[i])], [.. unknown.Select(i => prompts[i])], cancellationToken).ConfigureAwait(false);
            if (results.Count != unknown.Count)
            {
                throw new InvalidOperationException(
                    $"Reward '{name}' returned {results.Count} values for {unknown.Count} clips; expected one for each.");
            }

            foreach (var (i, result) in unknown.Zip(results))
            {
                known[keys[i]] = result;
                _cache.Set((typeof(T), keys[i]), result);
            }
        }

        return [.. keys.Select(key => known[key])];
    }
}
