using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>What the page asks for.</summary>
internal static class StudioApi
{
    /// <summary>Maps everything below <c>/api</c>, and the runs' reports.</summary>
    public static void MapStudioApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs/{**path}", (string path, HttpContext context, RunReports reports) => reports.Open(path, context));
        var api = routes.MapGroup("/api");
        api.MapGet("/studio", (IOptions<StudioOptions> studio, IOptions<DdpoOptions> ddpo, PromptSource prompts) =>
            StudioInfo.Of(studio.Value, ddpo.Value, prompts));
        api.MapGet("/events", (StudioEvents events, CancellationToken aborted) => TypedResults.ServerSentEvents(events.WatchAsync(aborted)));
        api.MapGet("/runs", (RunLibrary runs) => runs.List());
        api.MapGet("/adapters", (AdapterLibrary adapters) => adapters.List());
        api.MapGet("/clips", (ClipLibrary clips) => clips.List());
        api.MapPost("/clips", GenerateAsync);
        api.MapGet("/clips/{id:guid}/audio", Audio);
        api.MapGet("/clips/{id:guid}/spectrogram", SpectrogramAsync);
        api.MapGet("/training", (TrainingDesk desk) => desk.State);
        api.MapPost("/training", StartAsync);
        api.MapPost("/training/resume", ResumeAsync);
        api.MapPost("/training/stop", (TrainingDesk desk, CancellationToken aborted) => desk.StopAsync(aborted));
        api.MapFallback((HttpRequest request) => TypedResults.Problem($"There is nothing at this address for {request.Method}.", statusCode: StatusCodes.Status404NotFound));
    }

    // The request is the clip's life: who closes the page, or presses Cancel, does not want it any more.
    private static async Task<Created<Clip>> GenerateAsync(
        ClipRequest request,
        GenerationDesk desk,
        AdapterLibrary adapters,
        IOptions<StudioOptions> options,
        IHostApplicationLifetime lifetime,
        CancellationToken aborted)
    {
        var order = request.ToOrder(options.Value, adapters);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        var clip = await desk.GenerateAsync(order, stop.Token);
        return TypedResults.Created(clip.Audio, clip);
    }

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Audio(Guid id, ClipLibrary clips) => clips.FileOf(id) is { } file
        ? TypedResults.PhysicalFile(file, "audio/wav", enableRangeProcessing: true)
        : Forgotten();

    private static async Task<Results<Ok<Spectrogram>, ProblemHttpResult>> SpectrogramAsync(Guid id, ClipLibrary clips, CancellationToken aborted) =>
        clips.FileOf(id) is { } file ? TypedResults.Ok(Spectrogram.Of(await WaveFile.ReadAsync(file, aborted))) : Forgotten();

    private static ProblemHttpResult Forgotten() =>
        TypedResults.Problem("There is no such clip. Older ones are forgotten.", statusCode: StatusCodes.Status404NotFound);

    // A run outlives the request that started it.
    private static async Task<Accepted<TrainingState>> StartAsync(TrainingRequest request, TrainingDesk desk, CancellationToken aborted) =>
        TypedResults.Accepted("/api/training", await desk.StartAsync(request, aborted));

    private static async Task<Accepted<TrainingState>> ResumeAsync(ResumeRequest request, TrainingDesk desk, CancellationToken aborted) =>
        TypedResults.Accepted("/api/training", await desk.ResumeAsync(request, aborted));
}
