using System.Globalization;
using System.Reflection;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Rewards.Tests;

public sealed class EventIdTests
{
    [Fact]
    public void Event_ids_are_unique_and_listed_with_level_and_name()
    {
        Assembly[] assemblies = [typeof(AudioClip).Assembly, typeof(ClapReward).Assembly];
        var messages = assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(method => (method.Name, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(method => method.Message is not null)
            .Select(method => (Id: method.Message!.EventId, method.Message.Level, method.Name))
            .OrderBy(message => message.Id)
            .ToArray();
        var listed = File.ReadLines(Path.Combine(Fixtures.Repository, "docs", "observability.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 4 && int.TryParse(cells[1], CultureInfo.InvariantCulture, out _))
            .Select(cells => (int.Parse(cells[1], CultureInfo.InvariantCulture), Enum.Parse<LogLevel>(cells[2]), cells[3]));

        Assert.Equal(messages.Length, messages.DistinctBy(message => message.Id).Count());
        Assert.Equal(messages, listed);
    }
}
