package dev.tributary.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import javax.tools.ToolProvider;

/** What is told of jars that cannot be used. */
class PluginsTest {
    private static final String SERVICES = "META-INF/services/java.util.function.Supplier";

    @TempDir private Path directory;

    @Test
    void classThatIsMissingIsToldWithTheJarThatNamesIt() throws IOException {
        pack("net.jar", SERVICES, "user.Missing".getBytes(StandardCharsets.UTF_8));
        pack("other.jar", "readme.txt", new byte[0]);
        ClassLoader jars = Plugins.loader(directory);

        assertThatThrownBy(() -> Plugins.loaded(Supplier.class, jars, ServiceLoader::iterator))
                .isInstanceOf(PluginException.class)
                .hasMessage(
                        "plug-ins: expected classes that can be loaded in META-INF/services/ of"
                                + " net.jar, found java.util.function.Supplier: Provider"
                                + " user.Missing not found");
    }

    @Test
    void fileThatIsNoJarIsRefused() throws IOException {
        Path broken = directory.resolve("broken.jar");
        Files.writeString(broken, "half a download");

        assertThatThrownBy(() -> Plugins.loader(directory))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("expected a jar, found " + broken);
    }

    @Test
    void defectOfAPluginIsToldWithItsClassAndJar() throws Exception {
        pack("net.jar", "user/Net.class", compiledNet());
        ClassLoader jars = Plugins.loader(directory);
        Supplier<?> net = (Supplier<?>) jars.loadClass("user.Net").getConstructor().newInstance();

        assertThat(PluginJars.at(catchThrowable(net::get), jars)).contains("user.Net of net.jar");
        assertThat(PluginJars.at(new IllegalStateException("ours"), jars)).isEmpty();
    }

    private byte[] compiledNet() throws IOException {
        Path source = Files.writeString(directory.resolve("Net.java"), NET);
        String[] arguments = {"-d", directory.toString(), "-proc:none", source.toString()};
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments)).isZero();
        return Files.readAllBytes(directory.resolve("user/Net.class"));
    }

    private void pack(String jar, String entry, byte[] content) throws IOException {
        try (OutputStream out = Files.newOutputStream(directory.resolve(jar));
                JarOutputStream packed = new JarOutputStream(out)) {
            packed.putNextEntry(new JarEntry(entry));
            packed.write(content);
        }
    }

    private static final String NET =
            """
            package user;

            public final class Net implements java.util.function.Supplier<String> {
                @Override public String get() { return ((String) null).strip(); }
            }
            """;
}
