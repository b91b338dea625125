import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;

/**
 * Prints the canonical names of all public classes that a program can import: from the jars that
 * are named, which have to be on the class path; without any, from Java SE: those of the exported
 * packages of java.se and of the modules it stands for. Modules beyond Java SE are left out, because
 * another runtime of the same release need not have them.
 *
 * <p>Run it with {@code --add-modules java.se}.
 */
public final class PublicClasses {
    public static void main(String[] jars) throws IOException {
        Set<String> names = new TreeSet<>();
        if (jars.length == 0) {
            addJavaSe(names);
        }
        for (String jar : jars) {
            addJar(jar, names);
        }
        names.forEach(System.out::println);
    }

    private static void addJar(String jar, Set<String> names) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            file.stream()
                    .map(entry -> entry.getName())
                    .filter(entry -> entry.endsWith(".class"))
                    .map(entry -> entry.replaceFirst("\\.class$", "").replace('/', '.'))
                    .forEach(name -> addLoaded(name, names));
        }
    }

    private static void addLoaded(String name, Set<String> names) {
        try {
            add(Class.forName(name, false, PublicClasses.class.getClassLoader()), names);
        } catch (ClassNotFoundException | LinkageError error) {
            // No class, or one of a library that is not here: no program could use it.
        }
    }

    private static void addJavaSe(Set<String> names) throws IOException {
        FileSystem runtime = FileSystems.getFileSystem(URI.create("jrt:/"));
        for (Module module : modulesOfJavaSe()) {
            for (Exports exported : module.getDescriptor().exports()) {
                if (!exported.isQualified()) {
                    addPackage(runtime, module, exported.source(), names);
                }
            }
        }
    }

    private static Set<Module> modulesOfJavaSe() {
        Set<Module> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of("java.base", "java.se"));
        while (!open.isEmpty()) {
            Module module = ModuleLayer.boot().findModule(open.pop()).orElseThrow();
            if (found.add(module)) {
                module.getDescriptor().requires().stream()
                        .filter(needed -> needed.modifiers().contains(Requires.Modifier.TRANSITIVE))
                        .forEach(needed -> open.push(needed.name()));
            }
        }
        return found;
    }

    private static void addPackage(
            FileSystem runtime, Module module, String exported, Set<String> names)
            throws IOException {
        Path folder = runtime.getPath("/modules", module.getName(), exported.replace('.', '/'));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replaceFirst("\\.class$", "");
                add(Class.forName(module, exported + "." + name), names);
            }
        }
    }

    private static void add(Class<?> found, Set<String> names) {
        if (found != null && isPublic(found) && found.getCanonicalName() != null) {
            // Scala: a class in an object is one in the object's own class, Object$.
            names.add(found.getCanonicalName().replace("$.", "."));
        }
    }

    /** A nested class can be imported only where every class around it is public too. */
    private static boolean isPublic(Class<?> inner) {
        for (Class<?> each = inner; each != null; each = each.getDeclaringClass()) {
            if (!Modifier.isPublic(each.getModifiers())) {
                return false;
            }
        }
        return true;
    }
}
