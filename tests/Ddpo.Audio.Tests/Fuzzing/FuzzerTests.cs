using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;

namespace Ddpo.Audio.Tests.Fuzzing;

/// <summary>The fuzzer finds what it is there to find.</summary>
public sealed class FuzzerTests
{
    private const string FileName = "x.txt";
    private const int Inputs = 50;

    [Fact]
    public void A_reader_that_reads_or_refuses_passes() => Fuzzer.Run(Target(folder =>
    {
        var bytes = File.ReadAllBytes(folder[FileName]);
        if (!bytes.SequenceEqual(Sound))
        {
            throw new CheckpointException($"'{folder[FileName]}' is another file.");
        }
    }), Inputs);

    [Fact]
    public void Another_exception_is_reported_with_its_input()
    {
        var message = Failure(folder => _ = File.ReadAllBytes(folder[FileName]) is [_, _, _, var last, ..] && last == Sound[3] ? 0 : throw new KeyNotFoundException("beyond"));

        Assert.Contains("KeyNotFoundException", message, StringComparison.Ordinal);
        Assert.Contains("seed", message, StringComparison.Ordinal);
        var saved = message.Split("saved as ")[1].Split(',')[0];
        Assert.NotEqual(Sound, File.ReadAllBytes(saved));
    }

    [Fact]
    public void A_message_without_the_file_is_reported() =>
        Assert.Contains("does not name the file", Failure(folder => Refuse(folder, "It is another file.")), StringComparison.Ordinal);

    [Fact]
    public void Memory_out_of_proportion_is_reported() => Assert.Contains(
        "allocated", Failure(folder =>
        {
            if (!File.ReadAllBytes(folder[FileName]).SequenceEqual(Sound))
            {
                GC.KeepAlive(new byte[4 << 20]);
                Refuse(folder, folder.Root);
            }
        }), StringComparison.Ordinal);

    [Fact]
    public void Tensors_that_are_left_are_reported()
    {
        var left = new List<Tensor>();
        var message = Failure(folder =>
        {
            left.Add(zeros(1));
            Refuse(folder, folder.Root);
        });
        left.ForEach(tensor => tensor.Dispose());

        Assert.Contains("left 1 tensors behind", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_does_not_come_back_is_reported()
    {
        var stop = new ManualResetEventSlim();
        var message = Failure(folder =>
        {
            if (!File.ReadAllBytes(folder[FileName]).SequenceEqual(Sound))
            {
                stop.Wait();
            }
        }, TimeSpan.FromSeconds(1));
        stop.Set();

        Assert.Contains("takes more than", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_refuses_nothing_is_reported() =>
        Assert.Contains("no input was refused", Failure(_ => { }), StringComparison.Ordinal);

    [Fact]
    public void The_same_number_makes_the_same_input_and_others_make_others()
    {
        var target = Target(_ => { });
        var (one, two) = (new Mutator(target), new Mutator(target));
        var inputs = Enumerable.Range(0, 200).Select(one.Make).ToList();

        Assert.All(Enumerable.Range(0, 200), number => Assert.Equal(inputs[number], two.Make(number)));
        Assert.InRange(inputs.Select(Convert.ToHexString).Distinct().Count(), 150, 200);
    }

    private static byte[] Sound { get; } = "{\"a\": 12, \"b\": [1, \"x\"]}"u8.ToArray();

    private static FuzzTarget Target(Action<TemporaryFolder> read) => new("harness", FileName, read) { Corpus = [Sound] };

    private static void Refuse(TemporaryFolder folder, string message)
    {
        if (!File.ReadAllBytes(folder[FileName]).SequenceEqual(Sound))
        {
            throw new CheckpointException(message);
        }
    }

    private static string Failure(Action<TemporaryFolder> read, TimeSpan? patience = null) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(
        () => Fuzzer.Run(Target(read) with { Patience = patience ?? TimeSpan.FromMinutes(1) }, Inputs)).Message;
}
