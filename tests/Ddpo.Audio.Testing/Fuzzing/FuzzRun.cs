namespace Ddpo.Audio.Testing.Fuzzing;

/// <summary>The inputs of one target, tried one by one, and what went wrong.</summary>
internal sealed class FuzzRun : IDisposable
{
    private readonly FuzzTarget _target;
    private readonly Mutator _mutator;
    private readonly TemporaryFolder _folder = new();
    private readonly long _besideBytes;

    public FuzzRun(FuzzTarget target)
    {
        (_target, _mutator) = (target, new Mutator(target));
        target.Prepare(_folder);
        _besideBytes = Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
    }

    /// <summary>One message for each kind of failure.</summary>
    public Dictionary<string, string> Failures { get; } = [];

    /// <summary>How many inputs were refused as they should be.</summary>
    public int Refused { get; private set; }

    /// <summary>Tries the input of a number; negative ones are the sound inputs.</summary>
    public void Try(int number)
    {
        var content = Content(number);
        _folder.Write(_target.FileName, content);
        var tensors = LiveTensors.Count();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Record(number);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var limit = Fuzzer.MaxAllocation(_target, content.Length + _besideBytes);
        if (error is { } problem)
        {
            Fail(number, problem.Kind, problem.Text);
        }
        else if (number >= 0 && allocated > limit)
        {
            Fail(number, "memory", $"allocated {allocated} bytes for a file of {content.Length}, at most {limit} are in proportion");
        }
        else if (LiveTensors.Count() - tensors is > 0 and var left)
        {
            Fail(number, "leak", $"left {left} tensors behind");
        }
    }

    /// <summary>Writes the file of an input to the output folder and returns its path.</summary>
    public string Save(int number)
    {
        Directory.CreateDirectory(Fuzzer.OutputFolder);
        var path = Path.Combine(Fuzzer.OutputFolder, $"{_target.Name}-{number}-{Path.GetFileName(_target.FileName)}");
        File.WriteAllBytes(path, Content(number));
        return path;
    }

    public void Dispose() => _folder.Dispose();

    private byte[] Content(int number) => _target.Wrap(number < 0 ? _target.Corpus[number + _target.Corpus.Count] : _mutator.Make(number));

    private (string Kind, string Text)? Record(int number)
    {
        try
        {
            _target.Read(_folder);
            return null;
        }
        catch (Exception exception) when (number < 0)
        {
            return ($"sound {number}", $"is sound and was not read: {exception}");
        }
        catch (Exception exception) when (exception.GetType() == _target.Refusal)
        {
            Refused++;
            return exception.Message.Contains(_folder.Root, StringComparison.Ordinal)
                ? null
                : ("message", $"was refused by a message that does not name the file: {exception}");
        }
        catch (Exception exception)
        {
            var place = exception.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Ddpo.Audio", StringComparison.Ordinal));
            return ($"{exception.GetType()}{place}", $"expected {_target.Refusal.Name} or success, found {exception}");
        }
    }

    private void Fail(int number, string kind, string text)
    {
        if (!Failures.ContainsKey(kind))
        {
            Failures.Add(kind, $"{_target.Name}: input {number} (seed {Mutator.Seed(number)}), saved as {Save(number)}, {text}");
        }
    }
}
