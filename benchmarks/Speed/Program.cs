// Measures how long each stage takes, in one process and in turns with what it is compared with; docs/benchmarks.md says what the rows mean.
//   dotnet run -c Release --project benchmarks/Speed -- --Parts:0 forward --Threads 2

using Ddpo.Audio;
using Ddpo.Audio.Benchmarks.Speed;
using Ddpo.Audio.Benchmarks.Speed.Results;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

try
{
    var options = DdpoConfiguration.Bind(new ConfigurationBuilder().AddCommandLine(args).Build(), new SpeedOptions());
    await using var place = new Workplace(options);
    var turns = new Turns(options.WarmUps, options.Repeats);
    var rows = new List<SpeedRow>();
    foreach (var (part, stage) in SpeedParts.Of(place))
    {
        rows.Add(await turns.MeasureAsync(part, stage, place.Threads));
        Console.WriteLine(SpeedTable.Line(rows[^1]));

        // After each, for it takes long.
        SpeedTable.Write(options.Output, rows, string.Join(' ', ["benchmarks/Speed", .. args]));
    }

    Console.WriteLine($"wrote {Path.Combine(options.Output, "speed.md")} and speed.csv");
    return 0;
}
catch (OptionsValidationException exception)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, exception.Failures));
    return 1;
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
