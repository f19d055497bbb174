using System.Diagnostics;

namespace Ddpo.Audio.Diagnostics;

/// <summary>The library's activities.</summary>
internal static class Tracing
{
    private static readonly ActivitySource s_source =
        new(DdpoDiagnostics.ActivitySourceName, typeof(Tracing).Assembly.GetName().Version?.ToString(3) ?? "");

    /// <summary>An activity of its own or within <paramref name="parent"/>; null when nobody listens.</summary>
    /// <remarks>
    /// Iterators take the parent explicitly: what is current when they are resumed is the caller's.
    /// </remarks>
    public static Activity? Start(string name, ActivityContext parent = default) =>
        s_source.StartActivity(name, ActivityKind.Internal, parent);

    /// <summary>Does the work within an activity, which has the status Error when it fails.</summary>
    /// <param name="name">The activity's name.</param>
    /// <param name="work">The work; its own activities become the activity's children.</param>
    /// <param name="tag">A tag and its value.</param>
    /// <param name="more">Another.</param>
    public static async Task<T> RunAsync<T>(
        string name, Func<Task<T>> work, (string Name, object? Value) tag = default, (string Name, object? Value) more = default)
    {
        using var activity = Start(name);
        Tag(activity, tag);
        Tag(activity, more);
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(activity, exception);
            throw;
        }
    }

    /// <summary>Does the work within an activity, which has the status Error when it fails.</summary>
    public static Task RunAsync(string name, Func<Task> work) => RunAsync(name, async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    });

    /// <summary>Says why what an activity stands for came to nothing.</summary>
    public static void Fail(Activity? activity, Exception exception)
    {
        if (exception is not OperationCanceledException)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message).SetTag("error.type", exception.GetType().FullName);
        }
    }

    private static void Tag(Activity? activity, (string Name, object? Value) tag)
    {
        if (activity is not null && tag.Name is not null)
        {
            activity.SetTag(tag.Name, tag.Value);
        }
    }
}
