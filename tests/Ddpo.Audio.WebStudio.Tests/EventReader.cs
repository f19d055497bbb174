using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>Watches a studio as its page does.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    // For each event that is waited for.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;
    private readonly CancellationTokenSource _limit;

    private EventReader(HttpResponseMessage response, Stream stream, CancellationTokenSource limit)
    {
        (_response, _limit) = (response, limit);
        _items = SseParser.Create(stream).EnumerateAsync(limit.Token).GetAsyncEnumerator(limit.Token);
    }

    /// <summary>All events so far.</summary>
    public List<(string Name, JsonElement Data)> Seen { get; } = [];

    /// <summary>The media type of the stream.</summary>
    public string? MediaType => _response.Content.Headers.ContentType?.MediaType;

    /// <summary>Connects.</summary>
    public static async Task<EventReader> OpenAsync(StudioProcess studio)
    {
        var limit = new CancellationTokenSource(s_patience);
        var response = await studio.Http.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        return new EventReader(response, await response.Content.ReadAsStreamAsync(limit.Token), limit);
    }

    /// <summary>The next event; <see langword="null"/> when the studio has closed the stream.</summary>
    public async Task<(string Name, JsonElement Data)?> NextAsync()
    {
        if (!await _items.MoveNextAsync())
        {
            return null;
        }

        Seen.Add((_items.Current.EventType, JsonDocument.Parse(_items.Current.Data).RootElement));
        return Seen[^1];
    }

    /// <summary>Waits for an event.</summary>
    public async Task<JsonElement> UntilAsync(string name, Func<JsonElement, bool> condition)
    {
        _limit.CancelAfter(s_patience);
        while (await NextAsync() is var (found, data))
        {
            if (found == name && condition(data))
            {
                return data;
            }
        }

        throw new InvalidOperationException($"The stream ended without the event '{name}' that was waited for.");
    }

    /// <summary>Waits for a state of a run; at first, the stream tells of the run before it.</summary>
    public Task<JsonElement> UntilRunAsync(JsonElement run, Func<JsonElement, bool> condition) => UntilAsync(
        "training", state => state.GetProperty("run").GetString() == run.GetProperty("run").GetString() && condition(state));

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _response.Dispose();
        _limit.Dispose();
    }
}
