// A web page that embeds the library: type a prompt, choose an adapter, listen; train one, and watch the reward rise.

using System.Text.Json;
using System.Text.Json.Serialization;
using Ddpo.Audio;
using Ddpo.Audio.Samples;

return await StudioStart.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.Logging.LogNoFailedStart();
    var services = builder.Services;
    services.AddOptions<StudioOptions>().Configure<IConfiguration>(
        (options, configuration) => DdpoConfiguration.Bind(configuration.GetSection(StudioOptions.Section), options)).ValidateOnStart();

    // The library: the model that is trained, its rewards, and trainers. Settings are checked when the program starts.
    var ddpo = builder.Configuration.GetSection("Ddpo");
    var library = services.AddDdpoAudio(ddpo).Configure(Assets.Find).AddPipelineCopy(Player.Key).AddClapReward(RewardNames.Clap);
    if (ddpo.GetSection($"Rewards:{RewardNames.Emopia}").Exists())
    {
        library.AddEmopiaReward(RewardNames.Emopia);
    }

    services.AddSingleton(TimeProvider.System).AddSingleton<ChangeSignal>();
    services.AddSingleton<ModelProgress>()
        .AddSingleton<IProgress<HubProgress>>(provider => provider.GetRequiredService<ModelProgress>())
        .AddSingleton<IProgress<LoadProgress>>(provider => provider.GetRequiredService<ModelProgress>());
    services.AddSingleton<ModelPreload>().AddHostedService(provider => provider.GetRequiredService<ModelPreload>());
    services.AddSingleton<AdapterLibrary>().AddSingleton<ClipLibrary>().AddSingleton<ClipScorer>().AddSingleton<GenerationDesk>();
    services.AddSingleton<RunNames>().AddSingleton<RunReports>().AddSingleton<RunLibrary>().AddSingleton<RunEnds>().AddSingleton<TrainerComposer>().AddSingleton<TrainingDesk>();
    services.AddHostedService(provider => provider.GetRequiredService<TrainingDesk>());
    services.AddSingleton<StudioEvents>();

    services.AddProblemDetails().AddExceptionHandler<StudioProblems>();
    services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // so that the page is told why
    services.ConfigureHttpJsonOptions(options =>
    {
        options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow; // a misspelt name is said to be one
    });

    var app = builder.Build();
    app.UseExceptionHandler();
    app.UseStatusCodePages();
    app.UseSameOriginOnly();
    app.UseDefaultFiles().UseStaticFiles();
    app.MapStudioApi();
    return app;
});
