namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>What is drawn on the page, and how texts of any kind lie on it.</summary>
public sealed class PictureTests
{
    private static readonly string s_long = string.Concat(Enumerable.Repeat("a happy piano that goes on and on, ", 12)).TrimEnd(' ', ',');

    // What a chart has drawn, and whether all of it lies between its ends.
    private const string Drawn = """
        const { plot, data } = document.querySelector(arguments[0]).chart;
        const pixels = plot.ctx.getImageData(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height).data;
        const inked = pixels.filter((_, i) => i % 4 === 3 && pixels[i] > 200).length;
        const values = data.l.filter((line) => line.s !== 'band').flatMap((line) => line.y).filter((value) => value !== null);
        return inked > 300 && plot.scales.x.min <= data.x[0] && plot.scales.x.max >= data.x.at(-1)
            && plot.scales.y.min <= Math.min(...values) && plot.scales.y.max >= Math.max(...values);
        """;

    [BrowserFact]
    public async Task Curves_of_the_studio_and_of_the_report_are_drawn_with_one_pointer_and_one_zoom_and_say_nothing_that_is_0_by_definition()
    {
        await using var studio = await StudioProcess.StartAsync();
        using var browser = new Browser();
        await browser.OpenAsync(studio.Address);
        await browser.UntilAsync("the page is there", () => browser.Text("#run-status") == "No run yet.");
        Assert.Equal(0, browser.Count("#curve canvas"));
        Assert.Equal("The reward of each epoch appears here.", browser.Text("#curve .empty"));

        // An update an epoch.
        await using var events = await EventReader.OpenAsync(studio);
        var (status, state) = await studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 3));
        Assert.True(status == 202, state.ToString());
        await events.UntilRunAsync(state, run => run.GetProperty("status").GetString() == "finished");
        await browser.UntilAsync("the curve has three points", () => browser.Points() == 3);
        Assert.Equal(1, browser.Count("#curve .empty[hidden]"));
        var caption = browser.Text("#curve figcaption");
        Assert.DoesNotContain("KL", caption, StringComparison.Ordinal);
        Assert.DoesNotContain("clipped", caption, StringComparison.Ordinal);
        Assert.Equal("3", browser.Run<string>("return document.querySelector('#curve .u-value').textContent")); // the last one's, where nothing is pointed at
        Assert.True(browser.Run<bool>(Drawn, "#curve .plot"), "the curve is not drawn, or not as it should be");

        // Of two updates the second one is made elsewhere.
        (status, state) = await studio.PostAsync("/api/training", Bodies.SmallRun(epochs: 1, batches: 2));
        Assert.True(status == 202, state.ToString());
        var point = await events.UntilAsync("epoch", epoch => epoch.GetProperty("kl").ValueKind == System.Text.Json.JsonValueKind.Number);
        Assert.True(point.GetProperty("kl").GetDouble() > 0);
        await browser.UntilAsync("it is said", () => browser.Text("#curve figcaption").Contains("KL", StringComparison.Ordinal));
        Assert.Equal(1, browser.Points());
        Assert.Empty(browser.Complaints);

        // Both runs' reports are linked to, and shown without reaching the studio.
        await browser.UntilAsync("both reports are linked", () => browser.Count("#runs a") == 2);
        var link = browser.Run<string>("return document.querySelector('#runs a').href");
        await browser.OpenAsync(new Uri(link));
        Assert.True(browser.Run<bool>(Drawn, "#reward .plot"), "the report's first curve is not drawn, or not as it should be");
        Assert.Equal("null", browser.Run<string>("return self.origin"));
        Assert.Empty(browser.Complaints);
        using var other = await studio.Http.GetAsync(new Uri(link.Replace("report.html", "settings.json", StringComparison.Ordinal)));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, other.StatusCode);
        using var outside = await studio.Http.GetAsync(new Uri(studio.Address, "runs/..%2f..%2fx.html"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, outside.StatusCode);

        // The first run's report, as a file.
        var report = Directory.GetFiles(studio.Runs, "report.html", SearchOption.AllDirectories).MinBy(File.GetLastWriteTimeUtc)!;
        await browser.OpenAsync(new Uri(report));
        var charts = browser.Count(".chart > script");
        Assert.True(charts >= 4, $"{charts} charts");
        Assert.Equal(charts, browser.Count(".chart .plot canvas"));
        Assert.True(browser.Run<bool>(Drawn, "#reward .plot"), "the report's first curve is not drawn, or not as it should be");

        // The pointer over one chart shows the numbers of that epoch in all; a part that is drawn over is zoomed to in all, and a double click ends it.
        Assert.Equal("2 2", browser.Run<string>("""
            const [first, last] = [...document.querySelectorAll('.plot')].map((host) => host.chart.plot).filter((plot) => plot.data[0].length === 3).filter((_, i, all) => i === 0 || i === all.length - 1);
            first.setCursor({ left: first.valToPos(2, 'x'), top: 5 }, true, true);
            return [first, last].map((plot) => plot.root.querySelector('.u-value').textContent).join(' ');
            """));
        Assert.Equal("1.5 2.5 1.5 2.5 1 3", browser.Run<string>("""
            const plots = [...document.querySelectorAll('.plot')].map((host) => host.chart.plot).filter((plot) => plot.data[0].length === 3);
            const [first, last] = [plots[0], plots.at(-1)];
            const mouse = (target, name, epoch) => {
                const box = first.over.getBoundingClientRect();
                target.dispatchEvent(new MouseEvent(name, { bubbles: true, button: 0, movementX: 9, clientX: box.left + first.valToPos(epoch, 'x'), clientY: box.top + 20 }));
            };
            const ends = (plot) => [plot.scales.x.min, plot.scales.x.max].map((end) => Math.round(end * 10) / 10);
            const soon = () => new Promise((done) => setTimeout(done, 100));
            return (async () => {
                mouse(first.over, 'mousemove', 1.5);
                mouse(first.over, 'mousedown', 1.5);
                mouse(first.over, 'mousemove', 2);
                await soon();
                mouse(first.over, 'mousemove', 2.5);
                await soon();
                mouse(document, 'mouseup', 2.5);
                await soon();
                const zoomed = [...ends(first), ...ends(last)];
                mouse(first.over, 'dblclick', 2);
                await soon();
                return [...zoomed, ...ends(first)].join(' ');
            })();
            """));
        Assert.Empty(browser.Complaints);
    }

    [BrowserFact]
    public async Task A_clip_shows_its_waveform_beside_its_player_and_prompts_of_any_length_and_script()
    {
        await using var studio = await StudioProcess.StartAsync();
        using var browser = new Browser();
        var (folder, adapter) = ("ריצה", "ריצה/checkpoints/epoch-0001");
        foreach (var prompt in new[] { "שיר שמח (2024) happy!", s_long })
        {
            Assert.Equal(201, (await studio.PostAsync("/api/clips", Bodies.SmallClip(prompt))).Status);
        }

        Directory.CreateDirectory(Path.Combine(studio.Runs, adapter));
        await File.WriteAllTextAsync(Path.Combine(studio.Runs, adapter, "pytorch_lora_weights.safetensors"), "listed, and not read");
        await browser.OpenAsync(studio.Address);
        await browser.UntilAsync("both clips are there", () => browser.Count(".clip") == 2);
        const string First = ".clip:first-child ", Second = ".clip:last-child ";

        // Long prompts are folded, and unfold.
        Assert.Equal(s_long, browser.Run<string>($"return document.querySelector('{First}.clip-prompt').textContent"));
        Assert.True(Lines(browser, First + ".clip-prompt") is > 1 and < 3, $"{Lines(browser, First + ".clip-prompt")} lines");
        Assert.Equal("More", browser.Text(First + ".fold"));
        browser.Click(First + ".fold");
        Assert.True(Lines(browser, First + ".clip-prompt") > 3);
        Assert.Equal("Less", browser.Text(First + ".fold"));
        Assert.Equal(0, browser.Count(Second + ".fold:not([hidden])"));

        // What is written from right to left turns around nothing beside it.
        Assert.Equal("BDI rtl", browser.Run<string>($"const prompt = document.querySelector('{Second}.clip-prompt'); return prompt.tagName + ' ' + getComputedStyle(prompt).direction"));
        Assert.Equal("\u2068" + folder + "\u2069: \u2068epoch-0001\u2069", browser.Run<string>("return document.querySelector('#generate optgroup option').textContent"));

        // A bar for each part, beside the player.
        Assert.Equal(48, browser.Count(First + ".wave i"));
        Assert.True(browser.Run<bool>($"return new Set([...document.querySelectorAll('{First}.wave i')].map((bar) => bar.style.height)).size > 5"));
        Assert.True(browser.Run<bool>($$"""
            const [wave, audio] = ['.wave', 'audio'].map((name) => document.querySelector('{{First}}' + name).getBoundingClientRect());
            return wave.width > 80 && audio.width > 150 && wave.right <= audio.left && Math.abs(wave.top - audio.top) < 10;
            """));
        browser.Run<object?>($"document.querySelector('{First}audio').muted = true");
        await browser.UntilAsync("the clip's length is known", () => browser.Run<bool>($"return document.querySelector('{First}audio').duration > 0.3"));
        browser.Click(First + ".wave"); // in the middle
        await browser.UntilAsync("what was played stands out", () => browser.Count(First + ".wave i.played") >= 24);

        Assert.Empty(browser.Complaints);
    }

    private static double Lines(Browser browser, string selector) => Convert.ToDouble(browser.Run<object>(
        $"const text = document.querySelector('{selector}'); return text.getBoundingClientRect().height / (parseFloat(getComputedStyle(text).fontSize) * 1.2)"),
        System.Globalization.CultureInfo.InvariantCulture);
}
