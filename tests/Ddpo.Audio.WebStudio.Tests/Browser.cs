using Ddpo.Audio.Testing;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>Headless Chromium with a profile of its own, and what a visitor does with it.</summary>
internal sealed class Browser : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _profile = new();
    private readonly ChromeDriver _driver;

    public Browser()
    {
        var options = new ChromeOptions { BinaryLocation = Chromium };
        options.AddArguments(
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server",
            "--autoplay-policy=no-user-gesture-required", "--window-size=1280,1400", $"--user-data-dir={_profile.Root}");
        options.SetLoggingPreference(LogType.Browser, LogLevel.Warning);
        var service = ChromeDriverService.CreateDefaultService(Path.GetDirectoryName(Driver), Path.GetFileName(Driver));
        service.SuppressInitialDiagnosticInformation = true;
        try
        {
            _driver = new ChromeDriver(service, options, s_limit);
        }
        catch
        {
            service.Dispose();
            _profile.Dispose();
            throw;
        }
    }

    /// <summary>Where Chromium is; <see langword="null"/> if it is not.</summary>
    public static string? Chromium => Find("chromium", "chromium-browser", "google-chrome");

    /// <summary>Where its driver is.</summary>
    public static string? Driver => Find("chromedriver");

    /// <summary>What the page complained about in the console, network errors that a test provokes aside.</summary>
    public IEnumerable<string> Complaints => _driver.Manage().Logs.GetLog(LogType.Browser)
        .Select(entry => entry.Message).Where(message => !message.Contains("Failed to load resource", StringComparison.Ordinal));

    /// <summary>Opens a page, and waits until its scripts have run: the driver may come back earlier where a page is of another origin than the last one.</summary>
    public async Task OpenAsync(Uri address)
    {
        _driver.Navigate().GoToUrl(address);
        await UntilAsync($"{address} is loaded", () => Run<bool>("return document.readyState === 'complete' && location.href === arguments[0]", address.AbsoluteUri));
    }

    /// <summary>Clicks on an element, also if the page draws it anew at that moment.</summary>
    public void Click(string selector)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Element(selector).Click();
                return;
            }
            catch (StaleElementReferenceException) when (attempt < 5)
            {
            }
        }
    }

    /// <summary>Replaces what is in a field, key by key.</summary>
    public void Type(string selector, string text)
    {
        var field = Element(selector);
        field.Clear();
        field.SendKeys(text);
    }

    /// <summary>The text of an element, as it is seen.</summary>
    public string Text(string selector) => Element(selector).Text;

    /// <summary>What a piece of JavaScript returns.</summary>
    public T Run<T>(string script, params object[] arguments) => (T)_driver.ExecuteScript(script, arguments)!;

    /// <summary>How many points the studio's curve has.</summary>
    public int Points() => (int)Run<long>("return document.querySelector('#curve .plot:not([hidden])')?.chart?.data.x.length ?? 0");

    /// <summary>How many elements there are.</summary>
    public int Count(string selector) => _driver.FindElements(By.CssSelector(selector)).Count;

    /// <summary>Waits until something is so.</summary>
    public async Task UntilAsync(string what, Func<bool> condition)
    {
        for (var end = DateTime.UtcNow + s_limit; !condition(); await Task.Delay(50))
        {
            if (DateTime.UtcNow > end)
            {
                throw new TimeoutException($"Waited for this in vain: {what}. The page shows:\n{Text("body")}\n{string.Join('\n', Complaints)}");
            }
        }
    }

    public void Dispose()
    {
        _driver.Dispose();
        _profile.Dispose();
    }

    private IWebElement Element(string selector) => _driver.FindElement(By.CssSelector(selector));

    private static string? Find(params string[] names) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
