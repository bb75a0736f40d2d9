@echo off
rem Visar sidorna efter ett dubbelklick: samma sak som "py -m nox -s visa -- --oppna".
setlocal
set "HANDLINGSPLAN=visa"
call "%~dp0bygg.cmd" --oppna %*
