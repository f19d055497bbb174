using System.Globalization;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Pipelines;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>
/// From files to a model in memory, beside a plain read of the same bytes: the pipeline of a checkpoint, or the UNet of the published size, whose weights are made
/// up and written first.
/// </summary>
/// <param name="place">Where it is loaded.</param>
/// <param name="cold">Whether the system has forgotten the files each time.</param>
internal sealed class Loading(Workplace place, bool cold) : IStage
{
    private DirectoryInfo? _temporary;
    private IReadOnlyList<string> _files = [];
    private Func<Task> _load = () => Task.CompletedTask;

    public string Case => (place.Model.IsPublishedSize ? "UNet, fp32" : "pipeline, fp32") + (cold ? ", cold" : ", warm");

    public string Reference => "plain read";

    public string Remark => string.Create(CultureInfo.InvariantCulture, $"{_files.Sum(file => new FileInfo(file).Length) / 1e6:F0} MB");

    public async Task SetUpAsync()
    {
        if (place.Model.IsPublishedSize)
        {
            _temporary = Directory.CreateTempSubdirectory("speed-");
            await place.Worker.RunAsync(() => WriteUNet(_temporary.FullName));
            _files = [ComponentFolder.FindWeights(_temporary.FullName)!];
            _load = () => place.Worker.RunAsync(() => MeasuredModel.LoadUNet(_temporary.FullName, place.Placement(ScalarType.Float32)).Dispose());
        }
        else
        {
            var folder = place.Model.Folder;
            _files = [.. AudioLdm2Components.Models.Select(component => ComponentFolder.FindWeights(Path.Combine(folder, component))).OfType<string>()];
            _load = async () => await (await AudioLdm2Pipeline.FromPretrainedAsync(folder, new() { Device = place.Options.Device })).DisposeAsync();
        }

        if (cold && !PageCache.CanDrop(_files))
        {
            throw new NotMeasuredException("this system's page cache cannot be dropped, or does not say what comes from the disk");
        }
    }

    public Task PrepareAsync()
    {
        foreach (var file in cold ? _files : [])
        {
            PageCache.Drop(file);
        }

        return Task.CompletedTask;
    }

    public Task RunAsync() => _load();

    // On the same thread as ours: fresh memory is the thread's allocator's.
    public Task RunReferenceAsync() => place.Worker.RunAsync(() => PlainRead.Files(_files));

    public ValueTask DisposeAsync()
    {
        _temporary?.Delete(recursive: true);
        return default;
    }

    private void WriteUNet(string folder)
    {
        using var unet = place.Model.UNet(Models.Layers.Placement.Cpu);
        SafetensorsWriter.Write(Path.Combine(folder, "diffusion_pytorch_model.safetensors"), unet.state_dict());
        File.Copy(Path.Combine(AppContext.BaseDirectory, "published", "unet.config.json"), Path.Combine(folder, "config.json"));
    }
}
