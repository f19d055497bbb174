using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Hosting;

/// <summary>Trains while the host runs.</summary>
internal sealed class TrainingService(IServiceProvider services, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Made here and not at construction: the host validates the settings in between.
        var run = services.GetRequiredService<TrainingRun>();
        var isDone = await run.RunAsync(stoppingToken).ConfigureAwait(false);
        if (isDone && services.GetRequiredService<IOptions<DdpoOptions>>().Value.StopHostWhenTrained)
        {
            lifetime.StopApplication();
        }
    }
}
