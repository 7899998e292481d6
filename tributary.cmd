@echo off
rem Starts Tributary on Windows; builds it on first use. Needs JDK 17 or newer and Maven.
rem Delete target\tributary to build again.
setlocal
set "ROOT=%~dp0"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if exist "%ROOT%target\tributary\stamp" goto start
echo Building Tributary (first use; about 170 MB of libraries are downloaded if they are not there) ... 1>&2
if not exist "%ROOT%target" mkdir "%ROOT%target"
pushd "%ROOT%"
call mvn -q -B -P launcher -pl server,edge-agent -am package > target\launcher-build.log 2>&1
rem No block in parentheses: a path with one would end it.
if not errorlevel 1 goto built
echo tributary: the build failed; its log is %ROOT%target\launcher-build.log 1>&2
popd
exit /b 1
:built
echo built> target\tributary\stamp
popd
:start
"%JAVA%" -XX:+UseSerialGC -Dfile.encoding=UTF-8 %TRIBUTARY_JAVA_OPTS% -cp "%ROOT%target\tributary\lib\*" dev.tributary.cli.Main %*
exit /b %errorlevel%
