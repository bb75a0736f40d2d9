@echo off
rem Bygger webbplatserna efter ett dubbelklick: samma sak som "py -m nox -s bygg".
chcp 65001 >nul
setlocal
cd /d "%~dp0"
rem De andra .cmd-filerna kör den här filen med sitt eget kommando.
if not defined HANDLINGSPLAN set "HANDLINGSPLAN=bygg"

rem Python provas med ett program: Windows egen "python" finns alltid men öppnar bara butiken.
set "PYTHON=py"
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if "%ERRORLEVEL%"=="0" goto found
set "PYTHON=python"
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if "%ERRORLEVEL%"=="0" goto found
set "RESULT=1"
echo Python 3.11 eller nyare saknas på den här datorn.
echo Installera Python från Microsoft Store, eller be IT-avdelningen. Dubbelklicka sedan på %HANDLINGSPLAN%.cmd igen.
goto end

:found
%PYTHON% -c "import nox" >nul 2>nul
if "%ERRORLEVEL%"=="0" goto build
%PYTHON% -m pip install --quiet --disable-pip-version-check nox
if "%ERRORLEVEL%"=="0" goto build
set "RESULT=1"
echo Verktyget nox gick inte att installera. Kontrollera nätverket, eller be IT-avdelningen, och försök igen.
goto end

:build
%PYTHON% -m nox -s %HANDLINGSPLAN% -- %*
set "RESULT=%ERRORLEVEL%"
rem Efter ett dubbelklick visas det som har byggts: filerna i site ser fel ut när de öppnas en och en.
if not "%HANDLINGSPLAN%%RESULT%%~1"=="bygg0" goto end
echo Webbplatserna öppnas nu i din webbläsare. Stäng det här fönstret när du har sett klart.
%PYTHON% -m nox -s visa -- --oppna

:end
pause
exit /b %RESULT%
