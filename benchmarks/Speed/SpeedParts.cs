using Ddpo.Audio.Benchmarks.Speed.Peer;
using Ddpo.Audio.Benchmarks.Speed.Stages;
using Ddpo.Audio.Rewards;

namespace Ddpo.Audio.Benchmarks.Speed;

/// <summary>All that can be measured, by the names that <see cref="SpeedOptions.Parts"/> takes.</summary>
internal static class SpeedParts
{
    /// <summary>Stages of each part, to be set up one after the other.</summary>
    /// <exception cref="ArgumentException">A part is asked for that there is not.</exception>
    public static IEnumerable<(string Part, IStage Stage)> Of(Workplace place)
    {
        int[] batches = place.Options.Batches is { Length: > 0 } asked ? asked : place.Model.IsPublishedSize ? [1, 2] : [1, 2, 8, 16];
        var all = new Dictionary<string, Func<IEnumerable<IStage>>>
        {
            ["forward"] = () => from type in Types.All from batch in batches select new UNetForward(place, type, batch),
            ["training"] = () => from type in Types.All from batch in batches select new LoraStep(place, type, batch),
            ["text"] = () => [new TextEncoding(place, guided: false), new TextEncoding(place, guided: true)],
            ["vae"] = () => Types.All.Select(type => new VaeDecoding(place, type)),
            ["vocoder"] = () => Types.All.Select(type => new Vocoding(place, type)),
            ["clap"] = () => [new Scoring(async () => await ClapReward.FromPretrainedAsync(MeasuredModel.Clap, new() { Device = place.Options.Device }))],
            ["emopia"] = () => [new Scoring(async () => await EmopiaReward.FromPretrainedAsync(MeasuredModel.Emopia, new() { Device = place.Options.Device }))],
            ["epoch"] = () => [new TrainingEpoch(place, 1), new TrainingEpoch(place, 3)],
            ["loading"] = () => [new Loading(place, cold: false), new Loading(place, cold: true)],
            ["peer"] = () => [new PeerForward(place), new PeerBackward(place)],
        };
        var unknown = place.Options.Parts.Where(part => !all.ContainsKey(part)).ToList();
        return unknown.Count == 0
            ? from part in place.Options.Parts is { Length: > 0 } parts ? parts : [.. all.Keys] from stage in all[part]() select (part, stage)
            : throw new ArgumentException($"Found {string.Join(", ", unknown)} among the parts; expected some of {string.Join(", ", all.Keys)}.");
    }
}
