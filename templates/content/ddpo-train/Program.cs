using Ddpo.Audio;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Settings: appsettings.json, environment variables, and options such as --Ddpo:Training:NumEpochs 10.
var app = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
app.Services.AddDdpoAudio(app.Configuration.GetSection("Ddpo"))
    .AddClapReward()
    .AddReward(RewardFunction.From("quiet_end", (clip, prompt) => -Math.Abs(clip.Samples.Span[^1])), weight: 0.3) // your own
    .AddTraining(stopHost: true); // trains, and ends the program
await app.Build().RunAsync();
