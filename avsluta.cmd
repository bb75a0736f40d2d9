@echo off
rem Samma sak som "py -m nox -s avsluta" efter ett dubbelklick.
setlocal
set "HANDLINGSPLAN=avsluta"
call "%~dp0bygg.cmd" %*
